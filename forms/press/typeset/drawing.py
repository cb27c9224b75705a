"""The state of one conversion: what it is given, where it stands, what has come of it so far."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from forms.press.typeset.context import FragmentContext, Sources, digest
from forms.press.typeset.engine.emit import Presets
from forms.press.typeset.memory import FragmentKey, Remembered
from forms.press.typeset.reading.numbering import Numbering, read_numbering
from forms.press.typeset.reading.settings import Settings, read_settings
from forms.press.typeset.reading.styles import TWIP, StyleSheet, read_styles
from validators.errors import CannotDrawError, WouldBeWrongError
from validators.glyphs import missing_characters

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from forms.press.typeset.memory import Memory
    from forms.press.typeset.package import WordPackage

Made = TypeVar("Made")
_NO_STYLES = b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@dataclass(slots=True)
class Drawing:
    """The state of one conversion, handed from part to part: given, `context`, and what has come of it so far."""

    package: WordPackage
    sheet: StyleSheet
    settings: Settings
    numbering: Numbering
    memory: Memory
    context: FragmentContext
    fixed: str = ""  # the own text of the form, the same on all its papers
    presets: Presets = field(default_factory=Presets)
    characters: list[str] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)  # of what is refused: no other engine would draw it right
    lasting: bool = True  # nothing was met whose outcome depends on more than its bytes and the context

    @classmethod
    def of(cls, package: WordPackage, memory: Memory, fixed: str) -> Drawing:
        """Begin the conversion of a package."""
        sources = Sources.of(package)
        return cls(
            package,
            read_styles(sources.styles or _NO_STYLES),
            read_settings(sources.settings),
            read_numbering(sources.numbering),
            memory,
            FragmentContext(sources=digest(sources)),
            fixed,
        )

    def move(self, **changes: Any) -> None:
        """Change where the conversion stands."""
        self.context = replace(self.context, **changes)

    @contextmanager
    def within(self, **changes: Any) -> Iterator[None]:
        """Stand elsewhere for a while; headings opened meanwhile stay open."""
        outer = self.context
        self.context = replace(outer, **changes)
        yield
        self.context = replace(outer, outline=self.context.outline)

    def remembered(self, fragment: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` makes of the fragment (what tells it from every other), from memory where the same was made before.

        What is refused, counted in a list or read from another part is set anew each time (`lasting`).
        """
        key = FragmentKey(fragment, self.context)
        known = self.memory.find(key, self.fixed)
        if known is None:
            known = self._learn(key, make)
        else:
            if known.outline != self.context.outline:
                self.move(outline=known.outline)
            self.paragraphs += known.paragraphs
            self.tables += known.tables
        self.presets.definitions.update(known.definitions)
        self.characters.append(known.missing)
        outcome: Made = known.outcome
        return outcome

    def _learn(self, key: FragmentKey, make: Callable[[], Any]) -> Remembered:
        outer = (self.presets, self.characters, self.lasting)
        paragraphs, tables = self.paragraphs, self.tables
        self.presets, self.characters, self.lasting = Presets(), [], True
        outcome = make()
        known = Remembered(
            outcome,
            self.presets.definitions,
            "".join(missing_characters("".join(self.characters))),
            self.context.outline,
            self.paragraphs - paragraphs,
            self.tables - tables,
        )
        if self.lasting:
            self.memory.keep(key, known, self.fixed)
        lasting = self.lasting
        self.presets, self.characters, self.lasting = outer
        self.lasting = self.lasting and lasting
        return known

    def refuse(self, construct: str, place: str = "") -> None:
        """Note a construct that is not drawn, and where it stands."""
        self.lasting = False
        places = self.refused.setdefault(construct, [])
        place = place or f"{self.context.place}の第{self.paragraphs}段落"
        if place not in places:
            places.append(place)

    def refuse_wrong(self, construct: str, place: str = "") -> None:
        """Note a construct that another engine would draw wrongly, and where it stands."""
        self.wrong.add(construct)
        self.refuse(construct, place)

    def raise_refusals(self) -> None:
        """Raise WouldBeWrongError or CannotDrawError listing every construct that was met, each with its places."""
        if not self.refused:
            return
        listed = "、".join(f"{name}（{'・'.join(places[:5])}）" for name, places in self.refused.items())
        kind, by = (WouldBeWrongError, "Word") if self.wrong else (CannotDrawError, "Word又はLibreOffice")
        raise kind(
            f"PDFに描けない書式があります: {listed}",
            action=f"その書式を使わない様式に直すか、{by}でPDFにしてください。",
        )

    def line_height(self, natural: float, rule: str, line: float, *, snap: bool) -> float:
        """Return the height of a line in points by Word's rule: auto (240 = single, on the grid if there is one), exact, atLeast.

        `natural` is the height of the font's own line.
        """
        if rule == "exact":
            return line * TWIP
        if self.on_grid(snap=snap):
            pitch = self.context.grid.pitch
            natural = -(-(natural - 0.01) // pitch) * pitch
        return natural * line / 240 if rule == "auto" else max(natural, line * TWIP)

    def on_grid(self, *, snap: bool) -> bool:
        """Tell whether lines stand on the document's grid here, where the paragraph asks for it."""
        return bool(self.context.grid.pitch and snap and not (self.context.nested and not self.settings.grid_in_tables))

    def outline_level(self, level: int) -> int:
        """Return the heading level 1… that keeps the outline without gaps (PDF/UA-1, 7.4.2); `level` counts from 0."""
        outline = (*(open_ for open_ in self.context.outline if open_ < level), level)
        self.move(outline=outline)
        return len(outline)
