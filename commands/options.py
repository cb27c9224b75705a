"""Options and arguments that several commands share, and what they read."""

from __future__ import annotations

import difflib
import functools
import getpass
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from validators.errors import InputError, why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forms.issue.line import Line
    from forms.issue.units import Source
    from ledger.engine import Ledger
    from ledger.types import Actor
    from validators.definitions.catalogue import Catalogue
    from validators.rulebook import Rulebook


class Day(click.ParamType[date]):
    """A date in any notation the forms accept."""

    name = "日付"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date, or tell what is wrong with it."""
        from validators.wareki import parse_date

        try:
            return value if isinstance(value, date) else parse_date(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


json_option = click.option("--json", "as_json", is_flag=True, help="機械で読める形（JSON）で出します。")
inputs_argument = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
as_of_option = click.option("--as-of", type=Day(), help="点検の基準日。無いときは今日です。")
office_option = click.option(
    "--office", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="所属の設定（YAML）。"
)
form_option = click.option("--form", "form", help="様式の名前（slug）。CSV など、入力から分からないとき。")


@dataclass(frozen=True, slots=True)
class Given:
    """What every command that reads records is given: the inputs, and how they are read and answered."""

    inputs: Sequence[str]
    as_of: date | None
    office: Path | None
    form: str | None
    as_json: bool

    @contextmanager
    def opened(self) -> Iterator[list[Source]]:
        """Yield the inputs as files; raises InputError for one that is not there."""
        with open_sources(self.inputs) as sources:
            yield sources

    def line(self, templates: Path | None = None) -> Line:
        """Return the line of the office as of the day."""
        return line_of(self.office, self.as_of, templates)


def reads_records(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the inputs and the options of all that read records; it is called with them as one `Given`."""

    @inputs_argument
    @as_of_option
    @office_option
    @form_option
    @json_option
    @functools.wraps(command)
    def reading(
        *,
        inputs: tuple[str, ...],
        as_of: date | None,
        office: Path | None,
        form: str | None,
        as_json: bool,
        **own: Any,
    ) -> None:
        command(Given(inputs, as_of, office, form, as_json), **own)

    return reading


def slug_of(catalogue: Catalogue, name: str) -> str:
    """Return the slug of a form named by slug, title, number or a part of its title; raises InputError with what fits, or is near."""
    from validators.text import fold

    if slug := catalogue.names().get(name):
        return slug
    forms = [catalogue.get(slug) for slug in catalogue.slugs()]
    key = fold(name)
    exact = [f for f in forms if key in {fold(f.slug), fold(f.title), fold(f.printed_title), fold(f.number)}]
    found = exact or [f for f in forms if key and key in fold(f.title)]
    if len(found) == 1:
        return found[0].slug
    if found:
        listed = "\n".join(f"  {form.slug}　{form.title}（{form.number}）" for form in found)
        raise InputError(f"「{name}」に当たる様式がいくつもあります。", action=f"略号で書いてください。\n{listed}")
    words = {word: form.slug for form in forms for word in (form.slug, form.title, form.number)}
    near = difflib.get_close_matches(name, words, n=1, cutoff=0.5)
    hint = f"「{near[0]}」ではありませんか。" if near else "様式の一覧は yoshiki forms でご覧になれます。"
    raise InputError(f"「{name}」という様式はありません。", action=hint)


def as_json_text(data: Any) -> str:
    """Return data as people and machines read it."""
    return json.dumps(data, ensure_ascii=False, indent=2)


def rulebook() -> Rulebook:
    """Open the rulebook: ours, or the folder that YOSHIKI_RULES names (docs/SETTINGS.md)."""
    from validators.rulebook import JAPAN, Places, open_rulebook

    own = os.environ.get("YOSHIKI_RULES")
    return open_rulebook(clock=partial(datetime.now, JAPAN), places=Places.within(Path(own)) if own else None)


def line_of(office: Path | None, as_of: date | None, templates: Path | None = None) -> Line:
    """Return the line of an office as of a day."""
    from forms.issue.line import Line

    rules = rulebook()
    return Line(rules, office=read_office(office, as_of or rules.today()), as_of=as_of, templates=templates)


def read_office(path: Path | None, on: date) -> dict[str, str]:
    """Return the profile of a file as it stands on a day; nothing without one."""
    from validators.office import load_office

    return load_office(path, on) if path else {}


@contextmanager
def open_sources(inputs: Sequence[str]) -> Iterator[list[Source]]:
    """Yield the inputs as files; standard input is kept in a private temporary file that goes away again."""
    from forms.issue.scratch import private_folder
    from forms.issue.units import Source

    with private_folder() as folder:
        sources = []
        for given in inputs:
            path = Path(given)
            if given == "-":
                path = folder / "stdin"  # what it holds is told by its first bytes
                path.write_bytes(sys.stdin.buffer.read())
            elif not path.is_file():
                raise InputError(
                    f"「{given}」というファイルがありません。", action="ファイルの場所と名前を確かめてください。"
                )
            sources.append(Source(name="標準入力" if given == "-" else path.name, path=path))
        yield sources


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Yield a path to write to, and put the result in place only when it is complete."""
    from forms.issue.files import write_whole
    from forms.issue.scratch import private_folder

    with private_folder() as folder:
        partial = folder / target.name
        yield partial
        try:
            write_whole(target, partial.read_bytes())
        except OSError as error:
            raise InputError(
                f"「{target}」に書けません（{why(error)}）。", action="場所と空き容量を確かめてください。"
            ) from None


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, str], None]]:
    """Yield a progress callback: a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done, _total, _what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("点検しています", total=None)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)


def ledger_place(given: str | None) -> str:
    """Return where the ledger is: as given, else YOSHIKI_LEDGER, DATABASE_URL, the user's own folder (docs/SETTINGS.md)."""
    named = given or os.environ.get("YOSHIKI_LEDGER") or os.environ.get("DATABASE_URL")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return named or str(data / "yoshiki" / "ledger")


def open_ledger_at(place: str, *, create: bool = True, old: bool = False) -> Ledger:
    """Open the ledger at a place, by the clock of the door and with the master keys of the environment."""
    from ledger.engine import open_ledger
    from ledger.keys import ring_from

    return open_ledger(place, clock=ledger_clock(), master=ring_from(os.environ), create=create, old=old)


def ledger_clock() -> Callable[[], datetime]:
    """Return the clock of the door."""
    from validators.rulebook import JAPAN

    return partial(datetime.now, JAPAN)


ledger_option = click.option(
    "--ledger",
    "place",
    metavar="DIR",
    help="台帳のフォルダか postgresql:// の住所。無いときは YOSHIKI_LEDGER、DATABASE_URL、利用者のフォルダの順です。",
)
by_option = click.option("--by", "by", metavar="NAME", help="誰が行うか。無いときは、このパソコンの利用者の名前です。")


def keeps(*, create: bool = True, old: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that name a ledger and who acts; it is called with the open ledger and the actor, by name."""

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        @ledger_option
        @by_option
        @functools.wraps(command)
        def keeping(*given: Any, place: str | None, by: str | None, **own: Any) -> None:
            with open_ledger_at(ledger_place(place), create=create, old=old) as ledger:
                command(*given, ledger=ledger, actor=actor_of(by), **own)

        return keeping

    return decorated


def actor_of(by: str | None) -> Actor:
    """Return who acts from the command line: the name given, else the user of this machine."""
    from ledger.types import Actor

    return Actor(by or getpass.getuser(), via="command")
