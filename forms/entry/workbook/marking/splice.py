"""Change a few places of an XML part and leave all its other bytes alone.

expat says where elements stand; edits replace spans of bytes. Parts that are not UTF-8 are not changed (`CannotMarkError`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST = 128 * 2**20  # bytes of a part that is changed; larger ones are held by no machine of an office
_TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_NAME = re.compile(rb"<[^\s/>]+")
_DECLARED = re.compile(rb"<\?xml[^>]*encoding=[\"']([^\"']+)")
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


class CannotMarkError(Exception):
    """A workbook whose bytes we cannot change with certainty; the clerk gets the list instead."""


class Edit(NamedTuple):
    """Bytes from `start` to before `end` become `new`."""

    start: int
    end: int
    new: bytes


class Element(NamedTuple):
    """An element: where its start tag begins and ends, where its end tag begins and ends (the same for <a/>), and what it says."""

    path: tuple[str, ...]
    start: int
    inner: int
    inner_end: int
    end: int
    attributes: dict[str, str]
    text: str

    @property
    def empty(self) -> bool:
        """Tell whether it is written <a/>."""
        return self.inner == self.end

    @property
    def name(self) -> str:
        """Return its local name."""
        return self.path[-1]


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes with the edits made; raises CannotMarkError where two of them touch the same bytes."""
    pieces: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < done:
            raise CannotMarkError
        pieces += [data[done : edit.start], edit.new]
        done = edit.end
    return b"".join([*pieces, data[done:]])


def tag_end(data: bytes, start: int) -> int:
    """Return where the tag that begins at `start` ends."""
    match = _TAG.match(data, start)
    if match is None:
        raise CannotMarkError
    return match.end()


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """Return a start tag with an attribute (without prefix) set."""
    written = f'{name}="{value}"'.encode()
    changed, count = re.subn(rb"(?<=\s)" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", written, tag, count=1)
    if count:
        return changed
    match = _NAME.match(tag)
    if match is None:
        raise CannotMarkError
    return tag[: match.end()] + b" " + written + tag[match.end() :]


def checked(data: bytes) -> bytes:
    """Return the bytes of a part that can be changed; raises CannotMarkError for UTF-16 and for very large ones."""
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf")[:200])
    if len(data) > LARGEST or data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data[:64]:
        raise CannotMarkError
    if declared and declared[1].lower() not in _ENCODINGS:
        raise CannotMarkError
    return data


def elements(data: bytes, wanted: frozenset[str]) -> Iterator[Element]:
    """Yield the wanted elements (by local name) as they end, with the texts of all they hold; raises CannotMarkError for broken XML."""
    found: list[Element] = []
    path: list[str] = []
    opened: list[tuple[int, dict[str, str], list[str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name.rpartition(" ")[2])
        if path[-1] in wanted:
            named = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            opened.append((parser.CurrentByteIndex, named, []))

    def text(more: str) -> None:
        for _, _, texts in opened:
            texts.append(more)

    def end(_: str) -> None:
        if path[-1] in wanted:
            first, attributes, texts = opened.pop()
            inner = tag_end(data, first)
            if data[inner - 2 : inner - 1] == b"/":
                inner_end = last = inner
            else:
                inner_end = parser.CurrentByteIndex
                last = tag_end(data, inner_end)
            found.append(Element(tuple(path), first, inner, inner_end, last, attributes, "".join(texts)))
        path.pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by place
    except expat.ExpatError:
        raise CannotMarkError from None
    return iter(found)


def root_space(data: bytes) -> str:
    """Return the namespace of a part's root element."""
    space: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _: dict[str, str]) -> None:
        if not space:
            space.append(name.rpartition(" ")[0])

    parser.StartElementHandler = start
    try:
        parser.Parse(data[:65_536], False)  # noqa: FBT003
    except expat.ExpatError:
        raise CannotMarkError from None
    return space[0] if space else ""


def appended(data: bytes, container: Element, new: bytes) -> Edit:
    """Return the edit that puts something at the end of an element."""
    if not container.empty:
        return Edit(container.inner_end, container.inner_end, new)
    tag = data[container.start : container.inner]
    name = _NAME.match(tag)
    if name is None:
        raise CannotMarkError
    return Edit(container.start, container.end, tag[:-2].rstrip() + b">" + new + b"</" + name[0][1:] + b">")


def counted(data: bytes, container: Element, new: bytes, count: int) -> list[Edit]:
    """Return the edits that put something at the end of an element whose attribute count tells how many it holds."""
    tag = data[container.start : container.inner]
    if container.empty:
        edit = appended(data, container, new)
        inner = tag_end(edit.new, 0)
        return [Edit(edit.start, edit.end, with_attribute(edit.new[:inner], "count", str(count)) + edit.new[inner:])]
    return [
        Edit(container.start, container.inner, with_attribute(tag, "count", str(count))),
        appended(data, container, new),
    ]
