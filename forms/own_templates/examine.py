"""Say what is wrong with a clerk's own template, each problem at its place, before a paper is made of it.

A template may look as the office wishes. It must name only fields of the form that may be printed, print whatever the
built-in paper prints, keep the words the law prescribes, hold nothing active, and be drawable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes

from forms.own_templates.texts import BODY, place_of, plain, texts_of
from forms.paper.layout import build_docx
from forms.paper.layout_names import WrongNameError, follow
from forms.paper.templates import compile_template
from forms.press.engines import press
from forms.press.libreoffice.hazards import active_content
from forms.press.typeset.package import read_package
from validators.errors import CannotDrawError, YoshikiError
from validators.linting.fulfilment import missing_texts
from validators.model import FURTHER, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forms.own_templates.texts import Text
    from validators.definitions.clauses import Clauses
    from validators.model import Field, Form, Severity

_ENVIRONMENT = jinja2.Environment(autoescape=True)
_PAIRS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
_MOST = 50  # problems told; a template with more is another document


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: a paragraph of a part (`number` from 1), or the template as a whole (`number` 0)."""

    message: str
    part: str = BODY
    number: int = 0
    near: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{place_of(self.part)}の第{self.number}段落「{self.near}」: " if self.number else ""
        return where + self.message


def examine(docx: bytes, form: Form, clauses: Clauses) -> list[Problem]:
    """Return the problems of a template for `form`, in reading order; none means it may be adopted.

    `clauses` may ask for words on the paper. Raises InputError for what is no DOCX.
    """
    package = read_package(docx)
    active = active_content(package)
    if active:
        return [
            Problem(
                f"動く内容又は外部への参照があります: {'、'.join(active)}。取り除いて、マクロなしのDOCXで保存してください。"
            )
        ]
    problems: list[Problem] = []
    printed: set[tuple[str, str]] = set()
    parts = texts_of(package)
    for texts in parts.values():
        reader = _Reader(form, texts)
        problems += reader.problems
        printed |= reader.printed
    words = plain([text for texts in parts.values() for text in texts])
    problems += _missing(form, printed, words, clauses)
    problems += _unmarked(form, parts)
    if not any(problem.severity == "error" for problem in problems):
        problems += _trial(docx, form)
    return problems[:_MOST]


def printed_fields(docx: bytes, form: Form) -> set[tuple[str, str]]:
    """Return label and name of every field that a template prints, whatever the condition."""
    return {key for texts in texts_of(read_package(docx)).values() for key in _Reader(form, texts).printed}


def _missing(form: Form, printed: set[tuple[str, str]], words: str, clauses: Clauses) -> list[Problem]:
    """Tell what the built-in paper has and this template lacks: printed fields, and words that a provision asks for."""
    built_in = build_docx(form)
    fields = _by_key(form.fields)
    found = [
        Problem(
            f"「{label}」を印字する箇所がありません（{'、'.join(fields[label, name].clauses) or '既定の様式にある項目'}）。"
        )
        for label, name in sorted(printed_fields(built_in, form) - printed)
    ]
    built_in_words = plain([text for texts in texts_of(read_package(built_in)).values() for text in texts])
    for entry in clauses.naming(form.slug):
        found += [
            Problem(f"「{said}」という文言がありません（{entry.citation}）。")
            for said in missing_texts(entry.by, form.slug, among=built_in_words, kept=words)
        ]
    return found


def _unmarked(form: Form, parts: Mapping[str, Sequence[Text]]) -> list[Problem]:
    """Tell when no header or footer says which copy a paper is: 正本 and 副本 could not be told apart, nor a copy for the files."""
    if any("form.copy" in text.words for part, texts in parts.items() if part != BODY for text in texts):
        return []
    where = "「{{ form.copy }}」がヘッダーにもフッターにもありません。"
    if form.copies:
        return [Problem(f"{where}{'・'.join(form.copies)}の別を、どのページにも印字してください。")]
    return [Problem(f"{where}このままでは、{'・'.join(FURTHER)}を作れません。", severity="warning")]


def _by_key(fields: Mapping[str, Field]) -> dict[tuple[str, str], Field]:
    keyed: dict[tuple[str, str], Field] = {}
    for field in fields.values():
        keyed |= {(field.label, field.name): field, **_by_key(field.fields)}
    return keyed


def _trial(docx: bytes, form: Form) -> list[Problem]:
    """Compile the template and draw it empty: what the press cannot draw is told now and not with the first paper."""
    from forms.paper.fill import fill  # noqa: PLC0415 - reads the layout's functions

    try:
        filled = fill(form, Record(form.slug, "trial", {}), {}, template=compile_template(docx))
        pressed = press(filled, title=form.title)
    except CannotDrawError as error:
        return [Problem(error.message)]
    except YoshikiError as error:
        return [Problem(f"{place_of(error.place or BODY)}: {error.message}")]
    if pressed.engine == "libreoffice":
        told = f"{pressed.refused}LibreOfficeで作るので、PDF/UAとは名のりません。"
        return [Problem(told, severity="warning")]
    return []


class _Reader:
    """Reads one part as one template, a line a paragraph, and goes on after each problem."""

    def __init__(self, form: Form, texts: Sequence[Text]) -> None:
        self.form = form
        self.texts = texts
        self.problems: list[Problem] = []
        self.printed: set[tuple[str, str]] = set()
        tree = self._parse([text.words for text in texts])
        if tree is not None:
            self._walk(tree.body, {})
        self.problems.sort(key=lambda problem: problem.number)

    def _parse(self, lines: list[str]) -> nodes.Template | None:
        """Parse; a paragraph whose tags cannot be read is told and left out, so that the others are read as well."""
        for number, line in enumerate(lines, 1):
            for opening, closing in _PAIRS:
                if line.count(opening) != line.count(closing):
                    self._tell(number, f"差込みの式の「{opening}」と「{closing}」の数が合いません。")
                    lines[number - 1] = ""
                    break
        for _ in range(_MOST):
            try:
                return _ENVIRONMENT.parse("\n".join(lines))
            except jinja2.TemplateSyntaxError as error:
                at = min(error.lineno, len(lines))
                while at > 1 and not ("{" in lines[at - 1] or "}" in lines[at - 1]):
                    at -= 1  # the fault is told where the file ends, it lies at the last tag before
                self._tell(
                    at,
                    f"差込みの式が読めません。式の書き方と、for と endfor、if と endif の組を確かめてください（{error.message}）。",
                )
                if not lines[at - 1]:
                    return None
                lines[at - 1] = ""
        return None

    def _tell(self, line: int, message: str) -> None:
        text = self.texts[line - 1]
        self.problems.append(Problem(message, text.part, text.number, text.near))

    def _walk(self, body: Sequence[nodes.Node], bound: dict[str, Field | None]) -> None:
        for node in body:
            match node:
                case nodes.For():
                    self._walk(node.body, self._loop(node, bound))
                    self._walk(node.else_, bound)
                case nodes.If():
                    self._visit(node.test, bound, printing=False)
                    for branch in (node.body, node.elif_, node.else_):
                        self._walk(branch, bound)
                case nodes.AssignBlock():
                    self._walk(node.body, bound)
                    bound = {**bound, node.target.name: None} if isinstance(node.target, nodes.Name) else bound
                case nodes.Assign():
                    self._visit(node.node, bound, printing=True)  # whatever has a name may be printed by it
                    bound = {**bound, node.target.name: None} if isinstance(node.target, nodes.Name) else bound
                case nodes.Output():
                    for part in node.nodes:
                        if not isinstance(part, nodes.TemplateData):
                            self._visit(part, bound, printing=True)
                case _:
                    self._tell(node.lineno, f"「{type(node).__name__}」という式は使えません。")

    def _loop(self, loop: nodes.For, bound: dict[str, Field | None]) -> dict[str, Field | None]:
        """Return the names in force inside: the items of a list, of `rows(…)` (least rows), of the further sheets."""
        targets = [loop.target] if isinstance(loop.target, nodes.Name) else list(loop.target.find_all(nodes.Name))
        blank: dict[str, Field | None] = {**bound, "loop": None, **dict.fromkeys((t.name for t in targets), None)}
        source = loop.iter
        if isinstance(source, nodes.Name) and source.name == "continued":
            return blank
        if _calls(source, "rows") and isinstance(source, nodes.Call):
            source = source.args[0]
        try:
            field = follow(self.form, source, bound, printing=False, printed=self.printed)
        except WrongNameError as wrong:
            self._tell(source.lineno, str(wrong))
            return blank
        return {**blank, **dict.fromkeys((t.name for t in targets), field)}

    def _visit(self, node: nodes.Node, bound: dict[str, Field | None], *, printing: bool) -> None:
        if isinstance(node, nodes.Call) and _calls(node, "box"):
            return  # the text of a box was read where it was set
        try:
            follow(self.form, node, bound, printing=printing, printed=self.printed)
        except WrongNameError as wrong:
            self._tell(node.lineno, str(wrong))


def _calls(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == name
