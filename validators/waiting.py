"""What could not be read is said once, at its box; the provisions that hang on it wait until it can be read (PITFALLS 12)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from validators.expressions import syntax
from validators.paths import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validators.definitions.clauses import Clause
    from validators.model import Finding, Form

# Codes of findings on a box that holds something which nobody can take: of reading, and of typing (`unreadable-…` all).
UNREAD = frozenset(
    {
        "bad-character", "date-without-format", "error-value", "formula-without-value", "list-in-one-cell", "lost-character",
        "merged-cell", "no-such-day", "not-an-option", "not-shown", "shown-otherwise", "too-long", "too-many-items", "turned-into-date", "written-twice",
    }
)  # fmt: skip


def unread(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the paths of boxes whose values could not be read."""
    return frozenset(
        f.path
        for f in findings
        if f.severity == "error" and f.path and (f.code in UNREAD or f.code.startswith("unreadable-"))
    )


def undated(findings: Iterable[Finding], form: Form) -> frozenset[str]:
    """Return the path of the day that governs a paper, where it is told as blank: every order with it is broken by that alone."""
    return frozenset({form.basis} & {f.path for f in findings if f.code == "required"})


def waits(clause: Clause, index: int | None, paths: frozenset[str]) -> bool:
    """Tell whether what a provision says of a record (of one item of its list, 0-based) hangs on a box that could not be read."""
    return any(_hangs(clause, index, path) for path in paths)


def _hangs(clause: Clause, index: int | None, path: str) -> bool:
    root, *rest = parts_of(path)
    if root not in _roots(clause):
        return False
    if not rest or not isinstance(rest[0], int) or clause.each_in != root:
        return True
    if index is not None and rest[0] != index:
        return False
    return len(rest) < 2 or str(rest[1]) in _keys(clause)  # noqa: PLR2004 - index, key


def _roots(clause: Clause) -> frozenset[str]:
    """Return the fields a provision asks about; of a check in Python, those it says it is about."""
    asked = {name.partition("[")[0].partition(".")[0] for name in (*clause.needs, *clause.fields)} | {clause.each_in}
    return frozenset((asked | _asked(clause.when) | _asked(clause.require)) - {clause.each_item, ""})


@lru_cache(maxsize=4096)
def _asked(source: str) -> frozenset[str]:
    return frozenset(syntax.references(source).roots) if source else frozenset()


def _keys(clause: Clause) -> frozenset[str]:
    """Return the keys of its list's items a provision asks about."""
    named = {name.partition("[].")[2] for name in (*clause.needs, *clause.fields)}
    return frozenset(
        named | set(re.findall(rf"\b{re.escape(clause.each_item)}\.(\w+)", f"{clause.when} {clause.require}"))
    )
