"""Make up the people of a case: names with kana and other spellings, birth dates, addresses, telephone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio

if TYPE_CHECKING:
    from random import Random

_OLDEST, _YOUNGEST = date(1955, 1, 1), date(2003, 12, 31)


@dataclass(frozen=True, slots=True)
class Party:
    """One person of a case; `spellings` are other ways in which papers write the name, the first place is the newest."""

    role: str
    name: str
    kana: str
    birth_date: date
    sex: str
    addresses: tuple[str, ...]
    phone: str
    spellings: tuple[str, ...] = ()


@cache
def _lists() -> dict[str, Any]:
    loaded: dict[str, Any] = yamlio.load(Path(__file__).parent / "people.yaml")
    return loaded


def stations() -> list[str]:
    """Return the police stations of the prefecture."""
    return list(_lists()["stations"])


def address_near(station: str, chance: Random) -> str:
    """Return an address in the town of a station."""
    lists = _lists()
    building = chance.choice(lists["buildings"])
    rest = f"　{building}{chance.randint(101, 409)}" if building else ""
    town = chance.choice(lists["towns"])
    return f"汐見県{lists['stations'][station]}{town}{chance.randint(1, 9)}丁目{chance.randint(1, 20)}番{chance.randint(1, 30)}号{rest}"


def party(role: str, sex: str, station: str, chance: Random) -> Party:
    """Return somebody who lives in the town of a station."""
    lists = _lists()
    surname, kana, others = chance.choice(lists["surnames"])
    given, given_kana = chance.choice(lists["women" if sex == "女" else "men"])
    born = _OLDEST + timedelta(days=chance.randrange((_YOUNGEST - _OLDEST).days))
    return Party(
        role,
        f"{surname}　{given}",
        f"{kana}　{given_kana}",
        born,
        sex,
        (address_near(station, chance),),
        f"090-0000-{chance.randrange(10000):04}",
        (*(f"{other}　{given}" for other in others), f"{surname}{given}"),
    )
