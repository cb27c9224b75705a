"""Remember what is known of a form's own paper, which every template for it is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from validators.model import Form

    Known = TypeVar("Known")

_MOST: Final = 8  # forms and questions: a clerk mends one template at a time
_KNOWN: Final[dict[tuple[int, Callable[..., Any]], tuple[Form, Any]]] = {}


def once(find: Callable[[Form], Known], form: Form) -> Known:
    """Return what `find` (a function of a module) says of a form's own paper; of the last few forms it is not asked again."""
    key = (id(form), find)
    kept = _KNOWN.get(key)
    if kept is None or kept[0] is not form:
        for oldest in list(_KNOWN)[: len(_KNOWN) - _MOST + 1]:
            _KNOWN.pop(oldest, None)
        kept = _KNOWN[key] = form, find(form)
    known: Known = kept[1]
    return known
