"""Open an .xlsx file without trusting it: sizes, ratios, kinds, and XML that declares nothing of its own."""

from __future__ import annotations

import io
import posixpath
import weakref
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any, NoReturn
from xml.parsers import expat

from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_FILE = 100 * 2**20  # bytes of the uploaded file
MAX_UNPACKED = 1_500 * 2**20  # bytes of all parts together
MAX_RATIO = 200  # unpacked to packed, of a part larger than RATIO_FROM
RATIO_FROM = 8 * 2**20
MAX_PARTS = 5_000
MAX_SMALL_PART = 64 * 2**20  # parts read whole: workbook, styles, relationships
CHUNK = 1 << 16

SAVE_AGAIN = "Excel で開き、「名前を付けて保存」でファイルの種類を「Excel ブック (*.xlsx)」にして保存し直してください。"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")


def refuse(name: str, message: str, action: str) -> NoReturn:
    """Raise InputError naming the file."""
    raise InputError(message, action=action, place=name)


def local_names(*names: str) -> dict[str, str]:
    """Map the names expat reports (namespace, blank, name) to local names, for both of the standard's namespaces."""
    return {f"{space} {name}": name for space in _MAIN for name in names}


class Package:
    """The parts of one workbook file. Reads from disk or memory; nothing is unpacked to disk."""

    def __init__(self, source: Path | bytes, name: str) -> None:
        self.name = name
        head = source[:8] if isinstance(source, bytes) else _head(source)
        self._refuse_other_kinds(head, source)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            refuse(
                name,
                "Excel のファイルとして開けません。途中で切れているか、壊れています。",
                f"元のファイルを確かめ、{SAVE_AGAIN}",
            )
        weakref.finalize(self, self._zip.close)  # a workbook and its sheets know each other: they go together, and late
        self._check_sizes()
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
        if len(infos) > MAX_PARTS:
            refuse(
                self.name,
                f"ファイルの中の部品が{MAX_PARTS:,}個を超えています。",
                f"必要な表だけを新しいブックに写し、{SAVE_AGAIN}",
            )
        if sum(info.file_size for info in infos) > MAX_UNPACKED:
            refuse(
                self.name,
                f"展開すると{MAX_UNPACKED // 2**20:,}MBを超えます。",
                "表を分けて、何回かに分けて取り込んでください。",
            )
        for info in infos:
            if info.flag_bits & 1:
                refuse(self.name, "暗号化された圧縮ファイルです。", SAVE_AGAIN)
            if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
                refuse(
                    self.name,
                    f"部品「{info.filename[:60]}」の圧縮率が異常です（{MAX_RATIO}倍を超えます）。",
                    f"必要な表だけを新しいブックに写し、{SAVE_AGAIN}",
                )

    def _check_kind(self) -> None:
        names = set(self._zip.namelist())
        types = self.whole("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        if any(name.endswith("vbaProject.bin") for name in names) or b"macroEnabled" in types:
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
        return part in self._zip.NameToInfo

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return self._zip.namelist()

    def whole(self, part: str) -> bytes:
        """Return a small part's bytes; raises InputError when it is missing, damaged or too large."""
        info = self._zip.NameToInfo.get(part)
        if info is None:
            refuse(self.name, f"ブックの部品「{part[:60]}」がありません。壊れたファイルです。", SAVE_AGAIN)
        if info.file_size > MAX_SMALL_PART:
            refuse(
                self.name,
                f"ブックの部品「{part[:60]}」が大きすぎます。",
                f"必要な表だけを新しいブックに写し、{SAVE_AGAIN}",
            )
        with self._open(part) as file:
            return b"".join(self._chunks(file, part))

    def _open(self, part: str) -> IO[bytes]:
        try:
            return self._zip.open(part)
        except (KeyError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
            self._damaged(part)

    def _chunks(self, file: IO[bytes], part: str) -> Iterator[bytes]:
        try:
            while chunk := file.read(CHUNK):
                yield chunk
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError):
            self._damaged(part)

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
                for chunk in self._chunks(file, part):
                    parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by place
                    yield
                parser.Parse(b"", True)  # noqa: FBT003
                yield
        except expat.ExpatError:
            self._damaged(part)

    def elements(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield (local name, attributes) of every element of a part, in order, local attribute names included."""
        found: list[tuple[str, dict[str, str]]] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            found.append(
                (name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()})
            )

        def set_up(parser: Any) -> None:
            parser.StartElementHandler = start

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
        for name, at in self.elements(path):
            if name == "Relationship" and at.get("TargetMode") != "External":
                out[at.get("Id", "")] = (at.get("Type", "").rpartition("/")[2], _target(folder, at.get("Target", "")))
        return out


def _target(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(folder, target))


def _head(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            refuse(
                path.name,
                f"ファイルが{MAX_FILE // 2**20}MBを超えています。",
                "表を分けて、何回かに分けて取り込んでください。",
            )
        with path.open("rb") as file:
            return file.read(8)
    except OSError:
        refuse(path.name, "ファイルを開けません。", "場所と、読む権限があるかを確かめてください。")
