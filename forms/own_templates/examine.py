"""Say what is wrong with a clerk's own template, each problem at its place, before a paper is made of it.

A template may look as the office wishes. It must name only fields of the form that may be printed, print whatever the
built-in paper prints, keep the words the law prescribes, hold nothing active, and be drawable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes

from forms.own_templates.built_in import once
from forms.own_templates.leftovers import leftovers
from forms.own_templates.sight import look_at
from forms.own_templates.texts import BODY, ParagraphText, place_of, plain, texts_of
from forms.paper.compiling import sources_of
from forms.paper.layout import build_docx
from forms.paper.layout_names import WrongNameError, follow, follow_loop
from forms.press.libreoffice.hazards import active_content
from forms.press.typeset.package import W, read_package
from validators.errors import YoshikiError
from validators.linting.fulfilment import missing_texts
from validators.model import FURTHER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forms.press.typeset.package import WordPackage
    from validators.definitions.clauses import Clauses
    from validators.model import Field, Form, Severity

_ENVIRONMENT = jinja2.Environment(autoescape=True)
_PAIRS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
_TAGS = ("{{", "{%", "{#", "}}", "%}", "#}")
_TAG = re.compile(r"\{[{%].*?[}%]\}")
_LONGEST_TAG = 2000
_DEEPEST = 12  # brackets inside each other in one tag
_LOOPS = 3  # loops inside each other
_LEAST_ROWS = 200
_MOST = 50  # problems told; a template with more is another document


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong, and where: a paragraph of a part (`number` from 1), or the template as a whole (`number` 0)."""

    message: str
    part: str = BODY
    number: int = 0
    near: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{place_of(self.part)}の第{self.number}段落「{self.near}」: " if self.number else ""
        return where + self.message


def examine(docx: bytes, form: Form, clauses: Clauses) -> list[TemplateProblem]:
    """Return the problems of a template for `form`, in reading order; none means it may be adopted.

    `clauses` may ask for words on the paper. Raises InputError for what is no DOCX.
    """
    package = read_package(docx)
    active = active_content(package)
    if active:
        return [
            TemplateProblem(
                f"動く内容又は外部への参照があります: {'、'.join(active)}。取り除いて、マクロなしのDOCXで保存してください。"
            )
        ]
    problems: list[TemplateProblem] = _outside_texts(package)
    printed: set[tuple[str, str]] = set()
    parts = texts_of(package)
    for texts in parts.values():
        reader = _PartReader(form, texts)
        problems += reader.problems
        printed |= reader.printed
    problems += [TemplateProblem(*left) for left in leftovers(package)]
    problems += _put_together(docx, form, {problem.message for problem in problems})
    words = plain([text for texts in parts.values() for text in texts])
    problems += _missing(form, printed, words, clauses)
    problems += _unmarked(form, parts)
    if not any(problem.severity == "error" for problem in problems):
        problems += _trial(docx, form, parts)
    return problems[:_MOST]


def printed_fields(form: Form) -> frozenset[tuple[str, str]]:
    """Return label and name of every field that the form's own paper prints, whatever the condition."""
    return once(_built_in, form)[0]


def _outside_texts(package: WordPackage) -> list[TemplateProblem]:
    """Tell tags where no letter is printed from: names of bookmarks, links, properties, instructions of fields."""
    found = []
    for part in sorted(package.names):
        root = package.xml(part) if part.endswith((".xml", ".rels")) else None
        for element in () if root is None else root.iter():
            texts = [*map(str, element.attrib.values())]
            texts += [element.text] if element.text and element.tag != W + "t" else []
            texts += [element.tail] if element.tail else []
            if any(tag in text for tag in _TAGS for text in texts):
                found.append(
                    TemplateProblem(
                        "文章でない所（しおりの名前、リンク、文書の情報、代替テキストなど）に差込みの式があります。式は文章の中にだけ書いてください。",
                        part if part.startswith("word/") else BODY,
                    )
                )
                break
    return found


def _put_together(docx: bytes, form: Form, told: set[str]) -> list[TemplateProblem]:
    """Read each part as it will be compiled: a tag cut over paragraphs or hidden in markup is one there."""
    found: dict[str, TemplateProblem] = {}
    try:
        for part, source in sources_of(docx):
            for problem in _PartReader(form, [ParagraphText(part, 0, line) for line in source.split("\n")]).problems:
                found.setdefault(problem.message, TemplateProblem(problem.message, part))
    except YoshikiError as error:
        return [TemplateProblem(error.message + error.action)]
    return [problem for message, problem in found.items() if message not in told]


def _missing(form: Form, printed: set[tuple[str, str]], words: str, clauses: Clauses) -> list[TemplateProblem]:
    """Tell what the built-in paper has and this template lacks: printed fields, and words that a provision asks for."""
    built_in_words = once(_built_in, form)[1]
    fields = _by_key(form.fields)
    found = [
        TemplateProblem(
            f"「{label}」を印字する箇所がありません（{'、'.join(fields[label, name].clauses) or '既定の様式にある項目'}）。"
        )
        for label, name in sorted(printed_fields(form) - printed)
    ]
    for entry in clauses.naming(form.slug):
        found += [
            TemplateProblem(f"「{said}」という文言がありません（{entry.citation}）。")
            for said in missing_texts(entry.by, form.slug, among=built_in_words, kept=words)
        ]
    return found


def _built_in(form: Form) -> tuple[frozenset[tuple[str, str]], str]:
    """Return label and name of every field that the form's own paper prints, and the words that stand on it."""
    parts = texts_of(read_package(build_docx(form, by_text=False)))
    printed = frozenset(key for texts in parts.values() for key in _PartReader(form, texts).printed)
    return printed, plain([text for texts in parts.values() for text in texts])


def _unmarked(form: Form, parts: Mapping[str, Sequence[ParagraphText]]) -> list[TemplateProblem]:
    """Tell when no header or footer says which copy a paper is: 正本 and 副本 could not be told apart, nor a copy for the files."""
    if any("form.copy" in text.words for part, texts in parts.items() if part != BODY for text in texts):
        return []
    where = "「{{ form.copy }}」がヘッダーにもフッターにもありません。"
    if form.copies:
        return [TemplateProblem(f"{where}{'・'.join(form.copies)}の別を、どのページにも印字してください。")]
    return [TemplateProblem(f"{where}このままでは、{'・'.join(FURTHER)}を作れません。", severity="warning")]


def _by_key(fields: Mapping[str, Field]) -> dict[tuple[str, str], Field]:
    keyed: dict[tuple[str, str], Field] = {}
    for field in fields.values():
        keyed |= {(field.label, field.name): field, **_by_key(field.fields)}
    return keyed


def _trial(docx: bytes, form: Form, parts: Mapping[str, Sequence[ParagraphText]]) -> list[TemplateProblem]:
    """Draw the template filled: what the press cannot draw, or nobody would see, is told now and not with the first paper."""
    return [
        TemplateProblem(seen.message, *_where(seen.field, parts), severity=seen.severity)
        for seen in dict.fromkeys(look_at(docx, form))
    ]


def _where(field: str, parts: Mapping[str, Sequence[ParagraphText]]) -> tuple[str, int, str]:
    """Return the first paragraph with a tag that names the field, the whole where there is none."""
    named = re.compile(rf"\{{[{{%][^}}]*\b{re.escape(field)}\b")
    texts = (text for texts in parts.values() for text in texts if field and named.search(text.words))
    found = next(texts, None)
    return (BODY, 0, "") if found is None else (found.part, found.number, found.near)


def _depth(tag: str) -> int:
    """Return how deep the brackets of a tag go, a row of `not` counted with them."""
    depth = deepest = tag.count("not ")
    for character in tag:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest - 2  # the tag's own


class _PartReader:
    """Reads one part as one template, a line a paragraph, and goes on after each problem."""

    def __init__(self, form: Form, texts: Sequence[ParagraphText]) -> None:
        self.form = form
        self.texts = texts
        self.problems: list[TemplateProblem] = []
        self.printed: set[tuple[str, str]] = set()
        tree = self._parse([text.words for text in texts])
        if tree is not None:
            self._walk(tree.body, {})
        self.problems.sort(key=lambda problem: problem.number)

    def _parse(self, lines: list[str]) -> nodes.Template | None:
        """Parse; a paragraph whose tags cannot be read is told and left out, so that the others are read as well."""
        for number, line in enumerate(lines, 1):
            if any(len(tag) > _LONGEST_TAG or _depth(tag) > _DEEPEST for tag in _TAG.findall(line)):
                self._tell(number, "差込みの式が長すぎるか、括弧が深すぎます。短く書き直してください。")
                lines[number - 1] = ""
                continue
            for opening, closing in _PAIRS:
                if line.count(opening) != line.count(closing):
                    self._tell(number, f"差込みの式の「{opening}」と「{closing}」の数が合いません。")
                    lines[number - 1] = ""
                    break
        for _ in range(_MOST):
            try:
                return _ENVIRONMENT.parse("\n".join(lines))
            except RecursionError:
                self._tell(1, "差込みの式の入れ子が深すぎます。")
                return None
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
        self.problems.append(TemplateProblem(message, text.part, text.number, text.near))

    def _walk(self, body: Sequence[nodes.Node], bound: dict[str, Field | None], loops: int = 0) -> None:
        for node in body:
            match node:
                case nodes.For():
                    if loops >= _LOOPS:
                        self._tell(node.lineno, f"繰り返しの中の繰り返しは、{_LOOPS}段までです。")
                        continue
                    self._walk(node.body, self._loop(node, bound), loops + 1)
                    self._walk(node.else_, bound, loops)
                case nodes.If():
                    self._visit(node.test, bound, printing=False)
                    for branch in (node.body, node.elif_, node.else_):
                        self._walk(branch, bound, loops)
                case nodes.AssignBlock(target=nodes.Name(name=name), filter=None):
                    self._walk(node.body, bound, loops)
                    bound = {**bound, name: None}
                case nodes.Assign(target=nodes.Name(name=name)):
                    self._visit(node.node, bound, printing=True)  # whatever has a name may be printed by it
                    bound = {**bound, name: None}
                case nodes.Output():
                    self._output(node, bound)
                case _:
                    self._tell(node.lineno, f"「{type(node).__name__}」という式は使えません。")

    def _output(self, output: nodes.Output, bound: dict[str, Field | None]) -> None:
        for part in output.nodes:
            if not isinstance(part, nodes.TemplateData):
                self._visit(part, bound, printing=True)

    def _loop(self, loop: nodes.For, bound: dict[str, Field | None]) -> dict[str, Field | None]:
        """Return the names in force inside: the items of a list, of `rows(…)` (least rows), of the further sheets."""
        source = loop.iter
        try:
            match source:
                case nodes.Name(name="continued") if isinstance(loop.target, nodes.Name) and loop.test is None:
                    return {**bound, "loop": None, loop.target.name: None}
                case nodes.Call(node=nodes.Name(name="rows"), args=[nodes.Name() as of, nodes.Const(), *least]) if all(
                    isinstance(each, nodes.Const) and each.value in range(_LEAST_ROWS) for each in least
                ) and not (source.kwargs or source.dyn_args or source.dyn_kwargs):
                    loop.iter = of
            return follow_loop(self.form, loop, bound, printed=self.printed)
        except WrongNameError as wrong:
            self._tell(loop.lineno, str(wrong))
            return {
                **bound,
                "loop": None,
                **dict.fromkeys((t.name for t in loop.find_all(nodes.Name) if t.ctx == "store"), None),
            }

    def _visit(self, node: nodes.Node, bound: dict[str, Field | None], *, printing: bool) -> None:
        match node:
            # the text of a box was read where it was set
            case nodes.Call(node=nodes.Name(name="box"), args=[nodes.Name(name=name), *rest]) if (
                bound.get(name, self) is None
            ):
                for each in rest:
                    self._visit(each, bound, printing=printing)
                return
        try:
            follow(self.form, node, bound, printing=printing, printed=self.printed)
        except WrongNameError as wrong:
            self._tell(node.lineno, str(wrong))
        except RecursionError:
            self._tell(node.lineno, "差込みの式の入れ子が深すぎます。")
