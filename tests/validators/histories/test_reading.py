"""Promise: a history that is not what it should be is told in a sentence, whatever stands in it; nothing of it is guessed or lost."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.errors import InputError
from validators.histories.reading import parse, read_histories

ENDED: dict[str, Any] = {"on": "2025-08-08", "event": "contact_ended"}


def refused(data: Any) -> str:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    with pytest.raises(InputError) as caught:
        read_histories(OURS.procedures.vocabulary, parse(text, "h"), "h")
    return str(caught.value)


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", ".nan", "1.0e+999"])
def test_what_is_no_number_is_refused_in_json_and_in_yaml(number: str) -> None:
    assert "数として使えません" in refused(f'[{{"on": "2025-08-08", "event": "contact_ended", "count": {number}}}]')


def test_a_key_written_twice_is_refused_in_json_too() -> None:
    assert "二度書かれています" in refused('[{"on": "2025-08-08", "event": "contact_ended", "on": "2025-08-09"}]')


def test_a_slip_in_the_name_of_the_day_never_means_today() -> None:
    assert "「as_of」ではありませんか" in refused({"as-of": "2025-08-10", "history": [ENDED]})
    told, _ = read_histories(OURS.procedures.vocabulary, {"title": "甲の事案", "history": [ENDED]}, "h")
    assert told[0].id == "h"


@pytest.mark.parametrize("given", [True, ["甲"], {"番号": 1}])
def test_an_id_is_a_text_or_a_number(given: object) -> None:
    assert "id は" in refused({"id": given, "history": []})


def test_a_name_of_any_length_and_letters_makes_a_short_message() -> None:
    for name in ("x" * 2_000_000, "\u001b[31m" * 50, ["contact_ended"] * 1_000):
        told = refused([{**ENDED, "event": name}])
        assert len(told) < 400
        assert "\u001b" not in told


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000 + "]" * 5_000,
        "- &a [*a]",
        "a: &a [x, x]\nb: &b [*a, *a]\nhistory: []",
        "? [1, 2]\n: x",
        "!!python/object:os.system {}",
        "",
        "3",
        "---\n- {}\n---\n- {}",
        "[1" + "0" * 10_000 + "]",
    ],
)
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(InputError):  # told, or read: nothing else
        read_histories(OURS.procedures.vocabulary, parse(text, "h"), "h")
