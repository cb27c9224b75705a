"""Promise: a ledger moves to the next edition whole or not at all, keeps its guards, and the release before runs on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import func, select, text

from app import main
from ledger import faults, migrate
from ledger.audit.verify import verify_ledger
from ledger.engine import open_ledger
from ledger.migrate import OtherEditionError
from ledger.tables import audit, data_key
from ledger.types import BrokenRuleError
from ledger.upgrade import bring_up
from ledger.write import record, write
from tests.ledger.conftest import NOW
from tests.ledger.test_certainty import READ, a_key

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing


@pytest.fixture
def next_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be the release that brings edition 0002."""
    monkeypatch.setattr(migrate, "HEAD", "0002")
    monkeypatch.setattr(migrate, "VERSIONS", [*migrate.VERSIONS, Path(__file__).parent / "editions"])


def filled(ledger: Ledger) -> list[str | None]:
    with ledger.read() as connection:
        return list(connection.scalars(text("SELECT remark FROM data_key ORDER BY id")))


def test_it_moves_and_keeps_everything(place: Path | str, actor: Actor, request: pytest.FixtureRequest) -> None:
    """Rows, chain and guards are there afterwards, what was added is filled, and the release before still issues."""
    with open_ledger(place, clock=lambda: NOW) as before:
        for _ in range(5):
            write(before, actor, a_key)
        request.getfixturevalue("next_release")
        with pytest.raises(OtherEditionError, match="古い版"):
            open_ledger(place, clock=lambda: NOW)
        assert (
            CliRunner().invoke(main, ["ledger", "init", "--ledger", str(place)], catch_exceptions=False).exit_code == 0
        )
        write(before, actor, a_key)  # the release before, which was open all the while
        with open_ledger(place, clock=lambda: NOW) as after:
            assert filled(after) == ["filled"] * 5 + [None]
            assert bring_up(after, actor) is None
            assert filled(after) == ["filled"] * 6
            assert verify_ledger(after).sound
            with after.read() as connection:
                assert connection.scalar(select(func.count()).where(audit.c.type == "ledger.migrated")) == 1
            with pytest.raises(BrokenRuleError) as refused:
                write(after, actor, _shorten)
            assert refused.value.rule == "audit_stays"
        copies = list(place.glob("*.before-*")) if isinstance(place, Path) else []
        assert len(copies) == (1 if isinstance(place, Path) else 0)


def _shorten(writing: Writing) -> None:
    writing.execute(audit.delete())


@pytest.mark.parametrize("point", ["migrate.expanded", "migrate.filling"])
def test_cut_off_it_is_done_again(
    place: Path | str, actor: Actor, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, point: str
) -> None:
    """Before the commit nothing has moved; in the filling it goes on where it was."""
    with open_ledger(place, clock=lambda: NOW) as before:
        for _ in range(5):
            write(before, actor, a_key)
    request.getfixturevalue("next_release")
    monkeypatch.setenv("YOSHIKI_FAULT", f"{point}:1=enospc")
    faults._planned.cache_clear()
    with open_ledger(place, clock=lambda: NOW, old=True) as ledger:
        with pytest.raises(OSError, match="space"):
            bring_up(ledger, actor)
        with ledger.read() as connection:
            assert migrate.edition(connection) == ("0001" if point == "migrate.expanded" else "0002")
        monkeypatch.delenv("YOSHIKI_FAULT")
        faults._planned.cache_clear()
        bring_up(ledger, actor)
        assert filled(ledger) == ["filled"] * 5
        assert verify_ledger(ledger).sound


def test_down_and_up_again(place: Path | str, actor: Actor, next_release: None) -> None:  # noqa: ARG001
    """What was added can be taken away again, and added again, and the rows stay."""
    with open_ledger(place, clock=lambda: NOW, old=True) as ledger:
        bring_up(ledger, actor)
        write(ledger, actor, a_key)
        with ledger.queue.writing(), ledger.writing.begin() as connection:
            config = migrate._config()
            config.attributes["connection"] = connection
            command.downgrade(config, "0001")
        record(ledger, actor, READ)
        bring_up(ledger, actor)
        with ledger.read() as connection:
            assert connection.scalar(select(func.count()).select_from(data_key)) == 1
        assert verify_ledger(ledger).sound
