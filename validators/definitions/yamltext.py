"""YAML text as plain data, within bounds, and its faults in words for a law clerk; the line of any key. See yamlio."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from validators.definitions.yamlio import bytes_of, text_of
from validators.errors import DefinitionError

if TYPE_CHECKING:
    from pathlib import Path

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 40  # levels; no definition of ours has more than fifteen
_MOST = 500_000  # values a file comes to once its `*` are written out

# What the parser calls a fault, and what to tell people; the first that fits.
_FAULTS = (
    ("end of stream", "引用符か括弧が閉じないまま終わっています。"),
    ("tab character", "字下げにタブが使われています。半角の空白で字下げしてください。"),
    (
        "cannot start any token",
        "使えない文字（タブ、@、` など）で始まっています。字下げは半角の空白で、記号で始まる文は引用符で囲んで書いてください。",
    ),
    (
        "mapping values are not allowed",
        "「: 」の場所が正しくありません。字下げをそろえ、「: 」を含む文は引用符で囲んでください。",
    ),
    ("expected ':'", "見出しのあとの「: 」がありません。字下げと引用符も確かめてください。"),
    ("',' or ']'", "[ ] の中の区切りの「,」か、閉じる「]」がありません。"),
    ("',' or '}'", "{ } の中の区切りの「,」か、閉じる「}」がありません。"),
    ("'-' indicator", "並びの「- 」がありません。字下げが前の行とそろっているか確かめてください。"),
    ("expected key", "字下げがそろっていないか、引用符のあとに余分な文字があります。"),
    ("sequence entries are not allowed", "「- 」を書く場所が正しくありません。行を改めて、字下げをそろえてください。"),
    ("undefined alias", "「*」の指す「&」がありません。「*」で始まる文は引用符で囲んでください。"),
    ("another document", "「---」で二つに分かれています。一つのファイルには一つだけ書いてください。"),
    ("escape character", "「\\」のあとの文字が正しくありません。「\\」を含む文は ' ' で囲んでください。"),
    ("not allowed", "使えない制御文字が入っています。"),
)
_OTHER = "書き方が読めません。字下げ、「: 」、引用符、括弧を確かめてください。"


class _PlainLoader(_Loader):  # type: ignore[misc,valid-type]
    """Safe loader that keeps dates as strings and refuses a key written twice."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.value == "on":  # what histories call the day: no truth value
            key_node.tag = "tag:yaml.org,2002:str"
        key = loader.construct_object(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str):  # `yes:` is a truth value to YAML, and the cache below would turn it into a text
            told = f"「{key_node.value}」" if isinstance(key_node, yaml.ScalarNode) else "見出し"
            message = f"{told}は文字として読めません。引用符で囲んでください"
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"「{key}」が二度書かれています", key_node.start_mark)
        seen.add(key)
    return dict(yaml.SafeLoader.construct_mapping(loader, node, deep=True))


def _number(loader: Any, node: yaml.ScalarNode) -> float:
    value: float = yaml.SafeLoader.construct_yaml_float(loader, node)
    if not math.isfinite(value):
        message = f"「{node.value}」は数として使えません。文字なら引用符で囲んでください"
        raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)
    return value


_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_PlainLoader.add_constructor("tag:yaml.org,2002:float", _number)
_PlainLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def parse(text: str, path: Path) -> Any:
    """Parse YAML text; raises DefinitionError with file:line."""
    try:
        _bound(text, path)
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader subclass
    except yaml.YAMLError as error:
        line, problem = _told(error, text)
        raise DefinitionError(problem, place=f"{path}:{line}") from None
    except ValueError:  # a number of thousands of digits
        raise DefinitionError("読めない数が書かれています。引用符で囲んでください。", place=f"{path}:1") from None


def _bound(text: str, path: Path) -> None:
    """Refuse what would never end, or could not be told of: nesting without end, `*` within its own `&`, tags."""
    bounds = _Bounds()
    event: Any
    for event in yaml.parse(text, Loader=_Loader):
        if message := bounds.pass_by(event):
            raise DefinitionError(message, place=f"{path}:{event.start_mark.line + 1}")


class _Bounds:
    """What a text comes to, told event by event."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}  # what each `&` comes to; 0 while it is still open
        self.held: list[tuple[str, int]] = [("", 0)]  # the collections that are open, with what they hold so far

    def pass_by(self, event: Any) -> str:
        """Return what is wrong with the next event, or nothing."""
        if isinstance(event, yaml.AliasEvent):
            size = self.sizes.get(str(event.anchor), 1)
            if not size:
                return f"「*{event.anchor}」が自分自身を指しています。"
            self._add(size)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, size = self.held.pop()
            self._add(size)
            self.sizes[anchor] = size
        elif isinstance(event, yaml.NodeEvent):
            return self._node(event)
        return "" if self.held[-1][1] <= _MOST else "値が多すぎます。"

    def _node(self, event: Any) -> str:
        if event.tag not in {None, "!"}:
            return f"「{event.tag}」という指定は使えません。「!」で始まる文は引用符で囲んでください。"
        opens = isinstance(event, yaml.CollectionStartEvent)
        if event.anchor:
            self.sizes[event.anchor] = 0 if opens else 1
        if not opens:
            self._add(1)
            return ""
        self.held.append((event.anchor or "", 1))
        return "" if len(self.held) <= _DEEPEST else "組や並びが深すぎます。"

    def _add(self, size: int) -> None:
        anchor, held = self.held[-1]
        self.held[-1] = (anchor, held + size)


def _told(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Return the line of a fault and what to tell people of it."""
    problem = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    if "end of stream" in problem:  # where it begins tells more than where the file ends
        mark = getattr(error, "context_mark", None) or mark
    line = mark.line + 1 if mark else text[: getattr(error, "position", 0)].count("\n") + 1
    if isinstance(error, yaml.constructor.ConstructorError) and not problem.isascii():
        return line, f"{problem}。"
    return line, next((told for fault, told in _FAULTS if fault in problem), _OTHER)


@lru_cache(maxsize=32)
def _tree(path: Path, _changed: int) -> Any:
    try:
        text = text_of(bytes_of(path), path)
        _bound(text, path)
        return yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, DefinitionError):
        return None


def line_of(path: Path, keys: tuple[str | int, ...]) -> int:
    """Return the 1-based line of a nested key, or of the deepest part of it that exists."""
    node = _tree(path, path.stat().st_mtime_ns) if path.is_file() else None
    line = 1
    for key in keys:
        found: Any = None
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(key)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            found = (node.value[key], node.value[key])
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
