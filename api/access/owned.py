"""What somebody began (a draft, an upload) is theirs alone until it is handed on: another's is not there."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from flask import current_app

from api.access.visitors import visitor
from api.desk_kept.sending import went_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.desk.drafts import Draft, Drafts

_MOST: Final = 5000


class Owners:
    """Who began what, by its key. What nobody began (a service without people) is everybody's."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._of: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def began(self, key: str) -> None:
        """Note that whoever speaks began something, for the office they act for."""
        if (speaks := visitor()) is not None:
            self.note(key, speaks.ref, speaks.office)

    def note(self, key: str, who: str, office: str) -> None:
        """Note that something is somebody's, for an office."""
        self._of[key] = (who, office)
        while len(self._of) > _MOST:
            self._of.popitem(last=False)

    def may_see(self, key: str) -> bool:
        """Return whether something is theirs who speaks, in the office they act for."""
        speaks = visitor()
        return self._of.get(key) == (speaks and (speaks.ref, speaks.office))


def owners() -> Owners:
    """Return the application's owners."""
    found: Owners = current_app.extensions["owners"]
    return found


def began(key: str) -> None:
    """Note that whoever speaks began something."""
    owners().began(key)


def is_theirs(key: str) -> bool:
    """Return whether something is theirs who speaks; everybody's where the service has no people."""
    if "ledger" not in current_app.extensions or owners().may_see(key):
        return True
    drafts: Drafts = current_app.extensions["drafts"]  # over a ledger: those of whoever speaks alone
    return not isinstance(drafts, OwnDrafts) and (drafts.get(key) is not None or bool(went_on(key)))


class OwnDrafts:
    """The drafts of whoever speaks, out of a store of all drafts."""

    def __init__(self, store: Drafts) -> None:
        """Show of a store what is theirs who speaks."""
        self._store = store

    def new(
        self, form: str, office: Mapping[str, str], *, case: str = "", answers: Mapping[str, Any] | None = None
    ) -> Draft:
        """Begin a draft of theirs."""
        draft = self._store.new(form, office, case=case, answers=answers)
        began(draft.id)
        return draft

    def get(self, key: str) -> Draft | None:
        """Return a draft of theirs; None when there is none."""
        return self._store.get(key) if is_theirs(key) else None

    def all(self) -> list[Draft]:
        """Return their drafts, the one touched last first."""
        return [draft for draft in self._store.all() if is_theirs(draft.id)]

    def drop(self, key: str) -> None:
        """Throw a draft of theirs away."""
        if is_theirs(key):
            self._store.drop(key)
