"""Open an .xlsx file without trusting it: sizes, ratios, kinds, and XML that declares nothing of its own."""

from __future__ import annotations

import io
import posixpath
import struct
import weakref
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any, NoReturn
from xml.parsers import expat

from forms.entry.reading import limits
from forms.entry.reading.limits import MIB, SAVE_AGAIN
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RATIO_FROM = 8 * MIB  # bytes of a part from which its ratio counts
WHOLE_RATIO_FROM = 32 * MIB
TAGS_FROM = 4_000_000
CHUNK = 1 << 16

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_KNOWN_SPACES = frozenset(
    {
        *_MAIN,
        "http://schemas.openxmlformats.org/package/2006/relationships",
        "http://schemas.openxmlformats.org/package/2006/content-types",
    }
)


def refuse(name: str, message: str, action: str) -> NoReturn:
    """Raise InputError naming the file."""
    raise InputError(message, action=action, place=name)


def local_names(*names: str) -> dict[str, str]:
    """Map the names expat reports (namespace, blank, name) to local names, for both of the standard's namespaces."""
    return {f"{space} {name}": name for space in _MAIN for name in names}


class WorkbookPackage:
    """The parts of one workbook file. Reads from disk or memory; nothing is unpacked to disk.

    Parts are known by their names as the standard writes them, whatever their case and slashes in the archive.
    """

    def __init__(self, source: Path | bytes, name: str) -> None:
        self.name = name
        self.size = len(source) if isinstance(source, bytes) else _size(source)
        limits.check("FILE_MB", self.size / MIB, name)
        head = source[:8] if isinstance(source, bytes) else _head(source)
        self._refuse_other_kinds(head, source)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, OverflowError):
            refuse(
                name,
                "Excel のファイルとして開けません。途中で切れているか、壊れています。",
                f"元のファイルを確かめ、{SAVE_AGAIN}",
            )
        weakref.finalize(self, self._zip.close)  # a workbook and its sheets know each other: they go together, and late
        self._check_sizes()
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if self._infos.setdefault(_key(info.filename), info) is not info:
                refuse(name, f"同じ名前の部品「{info.filename[:60]}」が二つあります。壊れたファイルです。", SAVE_AGAIN)
        self._tags: dict[str, int] = {}
        self._check_kind()

    def _refuse_other_kinds(self, head: bytes, source: Path | bytes) -> None:
        if not head:
            refuse(self.name, "ファイルが空です。", "内容のあるファイルを選び直してください。")
        if head.startswith(_OLE):
            start = source if isinstance(source, bytes) else source.read_bytes()
            if "EncryptedPackage".encode("utf-16-le") in start:
                refuse(
                    self.name,
                    "パスワードで保護されているため読めません。",
                    "Excel で開き、「ファイル」→「情報」→「ブックの保護」→「パスワードを使用して暗号化」でパスワードを空にして保存し直してください。",
                )
            refuse(self.name, "古い形式 (.xls) のブックは読めません。", SAVE_AGAIN)
        if not head.startswith(b"PK"):
            refuse(self.name, "Excel ブック (.xlsx) ではありません。", SAVE_AGAIN)

    def _check_sizes(self) -> None:
        infos = self._zip.infolist()
        limits.check("PARTS", len(infos), self.name)
        unpacked = sum(info.file_size for info in infos)
        limits.check("UNPACKED_MB", unpacked / MIB, self.name)
        if unpacked > WHOLE_RATIO_FROM:
            limits.check("RATIO", unpacked / max(self.size, 1), self.name, "ファイル全体")
        for info in infos:
            if info.flag_bits & 1:
                refuse(self.name, "暗号化された圧縮ファイルです。", SAVE_AGAIN)
            if info.file_size > RATIO_FROM:
                ratio = info.file_size / max(info.compress_size, 1)
                limits.check("RATIO", ratio, self.name, f"部品「{info.filename[:60]}」")

    def _check_kind(self) -> None:
        names = set(self._infos)
        types = self.whole("[Content_Types].xml") if "[content_types].xml" in names else b""
        if any(name.endswith("vbaproject.bin") for name in names) or b"macroEnabled" in types:
            refuse(self.name, "マクロ付きのブック (.xlsm) は受け付けません。", SAVE_AGAIN)
        if any(name.endswith("workbook.bin") for name in names):
            refuse(self.name, "バイナリ形式のブック (.xlsb) は読めません。", SAVE_AGAIN)
        if "mimetype" in names or "content.xml" in names:
            refuse(
                self.name,
                "OpenDocument 形式 (.ods) は読めません。",
                f"表計算ソフトで開き、{SAVE_AGAIN.partition('、')[2]}",
            )
        if not types:
            refuse(self.name, "Excel ブック (.xlsx) ではない圧縮ファイルです。", SAVE_AGAIN)

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._infos

    def infos(self) -> list[zipfile.ZipInfo]:
        """Return the archive's entries in order, directories left out."""
        return [info for info in self._infos.values() if not info.is_dir()]

    def name_of(self, part: str) -> str:
        """Return the name by which the archive holds a part; empty when it holds none."""
        info = self._infos.get(_key(part))
        return info.filename if info else ""

    def whole(self, part: str) -> bytes:
        """Return a small part's bytes; raises InputError when it is missing, damaged or too large."""
        info = self._info(part)
        limits.check("PART_MB", info.file_size / MIB, self.name, f"部品「{part[:60]}」")
        return b"".join(self.chunks(part))

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield a part's bytes piece by piece; raises InputError when it is missing or damaged."""
        with self._open(part) as file:
            yield from self._chunks(file, part)

    def _info(self, part: str) -> zipfile.ZipInfo:
        info = self._infos.get(_key(part))
        if info is None:
            refuse(self.name, f"ブックの部品「{part[:60]}」がありません。壊れたファイルです。", SAVE_AGAIN)
        return info

    def _open(self, part: str) -> IO[bytes]:
        try:
            return self._zip.open(self._info(part))
        except (KeyError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
            self._damaged(part)

    def _chunks(self, file: IO[bytes], part: str) -> Iterator[bytes]:
        try:
            while chunk := file.read(CHUNK):
                yield chunk
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError):
            self._damaged(part)

    def _counted(self, file: IO[bytes], part: str) -> Iterator[bytes]:
        """Yield a part's pieces as long as their tags stay within what a file of this size may hold."""
        before = sum(count for name, count in self._tags.items() if name != part)
        tags = depth = 0
        for chunk in self._chunks(file, part):
            opened = chunk.count(b"<")
            tags += opened
            depth += opened - 2 * chunk.count(b"</") - chunk.count(b"/>") - chunk.count(b"<!") - chunk.count(b"<?")
            limits.check("DEPTH", depth, self.name, f"部品「{part[:60]}」")
            if before + tags > TAGS_FROM:
                limits.check("TAGS_PER_BYTE", (before + tags) / self.size, self.name)
            yield chunk
        self._tags[part] = tags

    def _damaged(self, part: str) -> NoReturn:
        refuse(
            self.name,
            f"ブックの部品「{part[:60]}」が壊れているか、途中で切れています。",
            f"元のファイルを確かめ、{SAVE_AGAIN}",
        )

    def parse(self, part: str, set_up: Callable[[Any], None]) -> Iterator[None]:
        """Parse a part piece by piece, yielding after each: what the handlers gathered can be taken in between.

        `set_up` gets the expat parser to put its handlers in. Raises InputError for broken XML, a document type or an entity.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def declared(*_: object) -> None:
            refuse(
                self.name, f"ブックの部品「{part[:60]}」に文書型の宣言があります。危険なため読みません。", SAVE_AGAIN
            )

        parser.StartDoctypeDeclHandler = declared
        parser.EntityDeclHandler = declared
        set_up(parser)
        try:
            with self._open(part) as file:
                for chunk in self._counted(file, part):
                    parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by place
                    yield
                parser.Parse(b"", True)  # noqa: FBT003
                yield
        except expat.ExpatError:
            self._damaged(part)

    def elements(self, part: str) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Yield (parent, name, attributes) of every element of the standard's own namespaces, in order, by local names.

        What extensions hold (x15:workbookPr) bears the standard's names without its meaning and is left out.
        """
        found: list[tuple[str, str, dict[str, str]]] = []
        path: list[str] = [""]

        def start(full: str, attributes: dict[str, str]) -> None:
            space, _, name = full.rpartition(" ")
            own = space in _KNOWN_SPACES
            if own:
                found.append((path[-1], name, {key.rpartition(" ")[2]: value for key, value in attributes.items()}))
            path.append(name if own else full)

        def end(_: str) -> None:
            path.pop()

        def set_up(parser: Any) -> None:
            parser.StartElementHandler = start
            parser.EndElementHandler = end

        for _ in self.parse(part, set_up):
            yield from found
            found.clear()

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return relationship id → (kind, target part) of a part; links to other files are left out."""
        folder, _, leaf = part.rpartition("/")
        path = f"{folder}/_rels/{leaf}.rels" if folder else f"_rels/{leaf}.rels"
        if path not in self:
            return {}
        out = {}
        for _, name, at in self.elements(path):
            if name == "Relationship" and at.get("TargetMode") != "External":
                out[at.get("Id", "")] = (at.get("Type", "").rpartition("/")[2], _target(folder, at.get("Target", "")))
        return out


def _target(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(folder, target))


def _key(name: str) -> str:
    """Return the name parts are compared by: the standard knows no case, and some programs write backslashes."""
    return name.replace("\\", "/").removeprefix("/").lower()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        _unreadable(path)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError:
        _unreadable(path)


def _unreadable(path: Path) -> NoReturn:
    refuse(path.name, "ファイルを開けません。", "場所と、読む権限があるかを確かめてください。")
