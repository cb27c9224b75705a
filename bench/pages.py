"""A ledger of 100,000 papers against the same before it was filled: calls and pages, and how fast the audit is verified."""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from shutil import copytree
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import select

from api import create_app
from api.access import passwords
from bench import records
from bench.filling import Among, fill
from bench.kept import ACTOR, against_a_folder
from bench.timing import spent
from forms.issue.issuing import issue
from forms.issue.line import Line
from forms.issue.sink import Wanted
from forms.issue.units import Item, Unit
from ledger import blind, contents, gaps, keys, people
from ledger.audit.verify import verify_ledger
from ledger.case_list import list_cases
from ledger.case_view import view_case
from ledger.due import listed
from ledger.engine import open_ledger
from ledger.events import tell
from ledger.numbers import series_of
from ledger.offices import office_id, save_office
from ledger.papers import newest, rows_of
from ledger.registers import read_register
from ledger.search import find
from ledger.sink import LedgerSink
from ledger.tables import artifact, paper
from ledger.tick import tick
from ledger.work_list import own_drafts
from samples.year.generator import year
from samples.year.loading import OFFICES, taken_over
from validators.numbering import numbering_of
from validators.office import load_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask.testing import FlaskClient

    from bench.figures import Measured
    from ledger.engine import Ledger
    from validators.rulebook import Rulebook

PAPERS, CASES = 100_000, 10_000
NOW = datetime(2026, 7, 1, 12)  # noqa: DTZ001 - Japanese time
OWN = "生安"
_OTHERS = 40  # offices among which copies lie
_EVERY = 5  # of the year's cases, one in so many is a pattern
_RUNS = 9
_PASSWORD = "みなとの あさの しおかぜ"  # noqa: S105 - of nobody
_PAGE_MS = 150
_LINEAR_S = 120
_REGISTER = "case-command-register"


def hundred_thousand() -> list[Measured]:
    """Compare every call and page at 100,000 papers and 10,000 cases with the same in the ledger they were copied from."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        there = Path(folder)
        begin(there / "small")
        copytree(there / "small", there / "large")
        print(f"filled with {CASES:,} cases and {PAPERS:,} papers in {grow(there / 'large'):.0f} s", flush=True)
        with side(there / "small") as small, side(there / "large") as large:
            return [*measured(small, large), *against_a_folder(large.ledger, there, f"a ledger of {PAPERS:,} papers")]


def measured(small: Side, large: Side) -> list[Measured]:
    """Return all figures of two ledgers that are open."""
    rows = [_compared(name, work, (small, large), 1.5)[0] for name, work in CALLS.items()]
    rows += [row for role, path in PAGES for row in _page(role, path, (small, large))]
    return [*rows, *_linear(large.ledger)]


# ---- two ledgers ----------------------------------------------------------------------------------------------------


def begin(place: Path | str) -> None:
    """Make the ledger that is measured: cases of the year, numbered papers, offices, a person of each role."""
    taken_over(place, year()[::_EVERY], records.line().rules)
    with open_ledger(place, clock=lambda: NOW) as ledger:
        profile = load_office(records.SAMPLES / "profiles" / "kanagawa.yaml", records.AS_OF)
        sources = "\n".join(OFFICES[OWN][1])
        for code, name in ((OWN, OFFICES[OWN][0]), *((f"署{n}", f"汐見県第{n}警察署") for n in range(_OTHERS))):
            told = {**profile, "name": name, "sources": sources}
            save_office(ledger, ACTOR, code, name, kind="station", told=told, from_on="2026-07-01")
            numbered = numbering_of(records.line().rules.reference, profile, "paper")
            with ledger.read() as connection:
                of = office_id(connection, code)
            series_of(ledger, ACTOR, int(of or 0), numbered, records.AS_OF)
        hashed = passwords.hashed(_PASSWORD)
        for role in people.ROLES:
            who = people.add_person(ledger, ACTOR, role, "計測", argon2=hashed)
            people.set_password(ledger, ACTOR, who, hashed)
            people.give_role(ledger, ACTOR, who, role, OWN)
        line = Line(records.line().rules, office={**profile, "name": OFFICES[OWN][0]}, as_of=records.AS_OF)
        wanted = Wanted()
        tick(ledger, replace(records.line().rules, clock=lambda: NOW))
        mixed = records.fresh()[::_EVERY]
        units = [Unit((Item(replace(each, office={}), (), n),)) for n, each in enumerate(mixed, 1)]
        with LedgerSink(ledger, line, ACTOR, wanted) as sink:
            issue(line, units, sink)


def grow(place: Path | str) -> float:
    """Fill a ledger; return the seconds it took."""
    start = time.perf_counter()
    with open_ledger(place, clock=lambda: NOW) as ledger:
        with ledger.read() as connection:
            others = [int(office_id(connection, f"署{n}") or 0) for n in range(_OTHERS)]
            own = int(office_id(connection, OWN) or 0)
        fill(ledger, Among(others, own, CASES, PAPERS))
    return time.perf_counter() - start


@dataclass(slots=True)
class Side:
    """One of the two ledgers, with a browser of each role over it; what the calls are made with."""

    ledger: Ledger
    browsers: dict[str, FlaskClient]
    case: str
    number: str
    paper: str
    pdf: bytes
    told: int = 0

    def get(self, role: str, path: str) -> None:
        """Open a page."""
        answer = self.browsers[role].get(path)
        assert answer.status_code == HTTPStatus.OK, (path, answer.status_code)  # noqa: S101 - a page that fails measures nothing


@contextmanager
def side(place: Path | str) -> Iterator[Side]:
    """Yield a ledger opened, with its browsers."""
    rules = replace(records.line().rules, clock=lambda: NOW)
    with open_ledger(place, clock=lambda: NOW) as ledger:
        app = create_app(rules=rules, trust_host=True, ledger=ledger)
        browsers = {role: app.test_client() for role in people.ROLES}
        for role, browser in browsers.items():
            found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
            told = {"csrf_token": found[1] if found else "", "login": role, "password": _PASSWORD, "code": "", "to": ""}
            browser.post("/sign-in", data=told)
        cases = [each for each in list_cases(ledger, OWN, state="open", most=200) if not each.number.startswith("複写")]
        with ledger.read() as connection:
            row = rows_of(connection, paper.c.state == "issued", paper.c.number_id.is_not(None))[-1]
            files = contents.get_all(connection, keys.load(connection, ledger, row.key_id), row.id, row.ref)
        yield Side(ledger, browsers, cases[0].case, cases[0].number, row.ref, files["pdf"])


def _told(at: Side) -> None:
    at.told += 1
    day = NOW - timedelta(minutes=600 - at.told)
    item = {"on": day.isoformat(timespec="minutes"), "event": "danger_ended_confirmed"}
    tell(at.ledger, replace(records.line().rules, clock=lambda: NOW), ACTOR, at.case, item)


def _known_again(at: Side) -> None:
    with at.ledger.read() as connection:
        sha = hashlib.sha256(at.pdf).digest()
        marks = [blind.fingerprint(index, sha) for index in blind.index_keys(connection, at.ledger)]
        connection.execute(select(artifact.c.paper_id).where(artifact.c.fingerprint.in_(marks))).all()


CALLS: dict[str, Callable[[Side], object]] = {
    "cases listed": lambda at: list_cases(at.ledger, OWN),
    "a case shown": lambda at: view_case(at.ledger, records.line().rules, ACTOR, at.case),
    "found by a number": lambda at: find(at.ledger, ACTOR, at.number),
    "found by a name": lambda at: find(at.ledger, ACTOR, "架空　花子"),
    "papers listed": lambda at: newest(at.ledger, office_code=OWN, most=50),
    "drafts listed": lambda at: own_drafts(at.ledger, office_code=OWN, person_ref="x"),
    "deadlines listed": lambda at: listed(at.ledger, records.line().rules, office_code=OWN),
    "a register's month": lambda at: read_register(
        at.ledger, records.line().rules, ACTOR, _REGISTER, office_code=OWN, month="2025-06"
    ),
    "a file known again": _known_again,
    "an event told": _told,
}
PAGES = (
    ("clerk", "/"),
    ("approver", "/"),
    ("clerk", "/cases"),
    ("clerk", "/cases?text=架空"),
    ("clerk", "/cases/{case}"),
    ("clerk", "/deadlines"),
    ("clerk", "/deadlines/month"),
    ("clerk", "/drafts"),
    ("clerk", "/papers/{paper}"),
    ("approver", "/approvals"),
    ("clerk", "/registers"),
    ("clerk", f"/registers/{_REGISTER}?month=2025-06"),
    ("clerk", "/handovers"),
    ("auditor", "/audit"),
    ("auditor", "/verify"),
    ("administrator", "/users"),
    ("clerk", "/api/v1/cases"),
    ("clerk", "/api/v1/deadlines"),
)


# ---- measured -------------------------------------------------------------------------------------------------------


def _compared(name: str, work: Callable[[Side], object], sides: Sequence[Side], bound: float) -> tuple[Measured, float]:
    """Return how many times one call takes at the large side what it takes at the small one, by CPU, and the large one's ms."""
    for each in sides:
        work(each)
    pairs = [[spent(partial(work, each)) for each in sides] for _ in range(_RUNS)]
    ratios = [large[1] / small[1] for small, large in pairs]
    told = [[median(pair[of][by] for pair in pairs) * 1000 for by in (1, 0)] for of in range(len(sides))]
    note = f"{told[1][0]:.1f} ms CPU against {told[0][0]:.1f} ms, by the clock {told[1][1]:.1f} ms"
    ratio = told[1][0] / told[0][0]
    return (f"{name}, large / small", ratio, min(ratios), max(ratios), bound, False, note), told[1][0]


def _page(role: str, path: str, sides: Sequence[Side]) -> list[Measured]:
    def opened(at: Side) -> None:
        at.get(role, path.format(case=at.case, paper=at.paper))

    ratio, ms = _compared(f"page {path}", opened, sides, 2)
    return [ratio, (f"page {path} at {PAPERS:,} papers (ms CPU)", ms, ms, ms, _PAGE_MS, False, role)]


def _linear(ledger: Ledger) -> list[Measured]:
    """Time what looks at everything: the proof of the audit, a tick in which time has brought nothing, the gap report."""
    rules = replace(records.line().rules, clock=lambda: NOW)
    rows: list[Measured] = []
    for name, work in (
        ("audit verified", _sound),
        ("tick", partial(_ticked, rules)),
        ("gap report of every series", _gapless),
    ):
        told: list[str] = []
        seconds, cpu = spent(partial(_noted, told, work, ledger))
        rows.append(
            (
                f"{name} at {PAPERS:,} papers (s CPU)",
                cpu,
                cpu,
                cpu,
                _LINEAR_S,
                False,
                f"{told[0]}, {seconds:.0f} s by the clock",
            )
        )
    return rows


def _noted(told: list[str], work: Callable[[Ledger], str], ledger: Ledger) -> None:
    told.append(work(ledger))


def _sound(ledger: Ledger) -> str:
    found = verify_ledger(ledger)
    assert found.sound, found.breaks[:3]  # noqa: S101 - a chain that is not sound proves nothing
    return f"{found.entries:,} entries, {found.rows:,} rows"


def _gapless(ledger: Ledger) -> str:
    return f"{len(gaps.report(ledger))} series"


def _ticked(rules: Rulebook, ledger: Ledger) -> str:
    done = tick(ledger, rules)
    return f"{done.looked_at:,} cases looked at, {done.recorded:,} written"
