"""A paper as an item of a history: what its record says under names that the procedures know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from validators.errors import InputError
from validators.histories.items import read_item
from validators.histories.vocabulary import COMMON
from validators.model import Record
from validators.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validators.rulebook import Rulebook


def item_of_paper(rules: Rulebook, form: str, on: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item that a paper of a form is on its day, with the facts of its record (as written or typed).

    A value that no fact can hold (a table where a text is meant) is left out: it is the form's alone.
    """
    vocabulary = rules.procedures.vocabulary
    bare = {"on": on, "paper": form}
    facts: dict[str, Any] = {}
    record = Record(form, "", json.loads(json.dumps(data, default=str)))
    normalise(rules.catalogue.get(form), record)
    for name, value in record.data.items():
        fact = vocabulary.fact_aliases.get(name, name)
        if fact not in vocabulary.facts or fact in COMMON:
            continue
        try:
            read_item(vocabulary, {**bare, name: value}, 0)
        except InputError:
            continue
        facts[name] = value
    return {**facts, **bare}
