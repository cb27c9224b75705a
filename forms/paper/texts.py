"""The texts of a layout that stand on every paper of its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def unconditional(part: Any) -> Iterator[str]:
    """Yield the texts of a layout that stand under no condition and in no loop."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        if not {"when", "each"} & part.keys():
            for value in part.values():
                yield from unconditional(value)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from unconditional(value)
