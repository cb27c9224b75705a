"""Find the font files the papers are set in, and say which characters none of them can draw."""

from __future__ import annotations

import os
import struct
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from validators.definitions.files import cache_directory, remembered
from validators.errors import YoshikiError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK_CHARACTERS = "☐☑☒✔✗✘"  # ticked boxes exist in no Japanese font of the house

FILES = {
    "BIZUDMincho-Regular.ttf": "fonts-morisawa-bizud-mincho",
    "BIZUDPMincho-Regular.ttf": "fonts-morisawa-bizud-mincho",
    "BIZUDGothic-Regular.ttf": "fonts-morisawa-bizud-gothic",
    "BIZUDGothic-Bold.ttf": "fonts-morisawa-bizud-gothic",
    "BIZUDPGothic-Regular.ttf": "fonts-morisawa-bizud-gothic",
    "BIZUDPGothic-Bold.ttf": "fonts-morisawa-bizud-gothic",
    "ipamjm.ttf": "fonts-ipamj-mincho",
    "DejaVuSans.ttf": "fonts-dejavu-core",
}
# Where .ci/setup unpacks the fonts' packages for somebody who may not install them.
BESIDE_ENVIRONMENT = "fonts/usr/share/fonts/truetype"
DIRECTORIES = (
    "/usr/share/fonts/truetype/bizud-mincho",
    "/usr/share/fonts/truetype/bizud-gothic",
    "/usr/share/fonts/truetype/ipamj",
    "/usr/share/fonts/truetype/dejavu",
)

SOURCES = (
    "入手先: BIZ UDフォント https://github.com/googlefonts/morisawa-biz-ud-mincho と morisawa-biz-ud-gothic、"
    "IPAmj明朝 https://moji.or.jp/mojikiban/font/、DejaVu https://dejavu-fonts.github.io/"
)

_INVISIBLE = frozenset(map(ord, "\t\n\r\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_PRIVATE = range(0xE000, 0xF900)  # 外字: every office means another character by them
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class FontMissingError(YoshikiError):
    """A font file the papers are set in is not installed."""

    code = "font-missing"


def font_directories() -> tuple[Path, ...]:
    """Return the directories searched: those of YOSHIKI_FONTS (separated by ':'), the usual ones, those beside the environment."""
    own = [Path(part) for part in os.environ.get("YOSHIKI_FONTS", "").split(os.pathsep) if part]
    unpacked = Path(sys.prefix) / BESIDE_ENVIRONMENT
    beside = sorted(folder for folder in unpacked.glob("*") if folder.is_dir())
    return (*own, *(Path(part) for part in DIRECTORIES), *beside)


def locate_fonts(directories: tuple[Path, ...]) -> dict[str, Path]:
    """Return file name → path; raise FontMissingError naming the Debian packages of what is missing."""
    found = {name: path for name in FILES for folder in reversed(directories) if (path := folder / name).is_file()}
    if missing := sorted(FILES.keys() - found.keys()):
        packages = " ".join(sorted({FILES[name] for name in missing}))
        raise FontMissingError(
            f"印刷に使うフォントが見つかりません: {'、'.join(missing)}",
            action=f"apt-get install {packages} を実行するか、フォントのファイルを集めたフォルダを環境変数 YOSHIKI_FONTS に指定してください。"
            f"（{SOURCES}）",
        )
    return found


@cache
def font_files() -> dict[str, Path]:
    """Return the font files of this process; found once, at start-up."""
    return locate_fonts(font_directories())


def is_selector(code: int) -> bool:
    """Tell whether a code point is a variation selector (SVS or IVS)."""
    return any(code in span for span in _SELECTORS)


def missing_characters(text: str) -> list[str]:
    """Return the characters (with their selector, where one follows) no font of ours draws; in order, each once."""
    singles = _singles()
    if singles.issuperset(text):
        return []
    pairs = _pairs()
    missing: dict[str, None] = {}
    for position, character in enumerate(text):
        code = ord(character)
        if is_selector(code):
            base = text[position - 1] if position else ""
            if not base or (ord(base), code) not in pairs:
                missing[base + character] = None
        elif character not in singles:
            missing[character] = None
    return list(missing)


def in_main_fonts(pair: str) -> bool:
    """Tell whether the main fonts have the shape of a base character with one selector (all have the same ones).

    They know the Adobe-Japan1 collection, IPAmj Mincho the Moji_Joho one: neither has the other's shapes.
    """
    return len(pair) == 2 and (ord(pair[0]), ord(pair[1])) in _main()[1]  # noqa: PLR2004 (base and selector)


@cache
def _main() -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    return read_cmap(font_files()["BIZUDMincho-Regular.ttf"])


@cache
def _variants() -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    return read_cmap(font_files()["ipamjm.ttf"])


@cache
def _singles() -> frozenset[str]:
    """Return the characters our fonts draw; kept between runs, for reading the fonts takes as long as judging a record."""
    stamps = [(str(path), (found := path.stat()).st_size, found.st_mtime_ns) for path in font_files().values()]
    return frozenset(remembered(cache_directory() / "glyphs-1", str(stamps), lambda: "".join(sorted(_drawn()))))


def _drawn() -> Iterator[str]:
    marks, _ = read_cmap(font_files()["DejaVuSans.ttf"])
    own = _main()[0] | _variants()[0] | (marks & frozenset(map(ord, MARK_CHARACTERS))) | _INVISIBLE
    return map(chr, own.difference(_PRIVATE))


@cache
def _pairs() -> frozenset[tuple[int, int]]:
    """Return the pairs of a base and a selector that our fonts draw."""
    return _main()[1] | _variants()[1]


def read_cmap(path: Path) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """Return a TrueType file's code points and its (base, selector) pairs (OpenType cmap, formats 12 and 14)."""
    with path.open("rb") as file:
        count = struct.unpack(">4xH6x", file.read(12))[0]
        tables = {
            tag: (offset, length) for tag, _, offset, length in struct.iter_unpack(">4sIII", file.read(16 * count))
        }
        offset, length = tables[b"cmap"]
        file.seek(offset)
        cmap = file.read(length)
    codes: set[int] = set()
    pairs: set[tuple[int, int]] = set()
    for _, _, start in struct.iter_unpack(">HHI", cmap[4 : 4 + 8 * struct.unpack_from(">H", cmap, 2)[0]]):
        kind = struct.unpack_from(">H", cmap, start)[0]
        if kind == 12:  # noqa: PLR2004 (the format's number)
            groups = struct.unpack_from(">I", cmap, start + 12)[0]
            for first, last, glyph in struct.iter_unpack(">III", cmap[start + 16 : start + 16 + 12 * groups]):
                codes.update(range(first, last + 1) if glyph else range(first + 1, last + 1))
        elif kind == 14:  # noqa: PLR2004
            pairs.update(_read_pairs(cmap, start))
    return frozenset(codes), frozenset(pairs)


def _read_pairs(cmap: bytes, start: int) -> set[tuple[int, int]]:
    pairs: set[tuple[int, int]] = set()
    for record in range(struct.unpack_from(">I", cmap, start + 6)[0]):
        at = start + 10 + 11 * record
        selector = int.from_bytes(cmap[at : at + 3], "big")
        default, other = struct.unpack_from(">II", cmap, at + 3)
        if default:
            for item in range(struct.unpack_from(">I", cmap, start + default)[0]):
                place = start + default + 4 + 4 * item
                first = int.from_bytes(cmap[place : place + 3], "big")
                pairs.update((code, selector) for code in range(first, first + cmap[place + 3] + 1))
        if other:
            for item in range(struct.unpack_from(">I", cmap, start + other)[0]):
                place = start + other + 4 + 5 * item
                pairs.add((int.from_bytes(cmap[place : place + 3], "big"), selector))
    return pairs
