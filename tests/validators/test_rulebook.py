"""One rulebook is made at the door and passed down: its own forms, provisions, tables and clock, and nobody else's."""

from __future__ import annotations

import ast
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forms.issue import run as batch_run
from forms.issue.line import Line
from tests.rulebooks import NOW, OURS
from validators.definitions import files
from validators.errors import DefinitionError, InputError
from validators.model import Record
from validators.rulebook import Places, open_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from validators.review import Review
    from validators.rulebook import Rulebook

ROOT = Path(__file__).parents[2]
FORM = """
slug: well-notice
title: 井戸の届
number: 架空様式第1号
audience: [police]
clauses: [WEL-1]
basis: dug_on
fields:
  dug_on: {label: 掘った日, type: date, required: true}
  depth: {label: 深さ, type: integer, required: true}
  digger: {label: 掘った者の職, type: enum, options: [石工, 農夫]}
  place: {label: 場所, type: address}
"""
CLAUSES = """
- id: WEL-1
  citation: 架空井戸規則1条
  duty: 井戸は決められた深さを超えない。
  documents: [well-notice]
  effective: {from: 2020-01-01}
  severity: error
  needs: [depth]
  require: at_most(depth, setting("well.deepest"))
  fields: [depth]
  clerk: 深すぎます。
  supervisor: 1条違反。
- id: WEL-2
  citation: 架空井戸規則2条
  duty: 掘れる者が掘る。
  documents: [well-notice]
  effective: {from: 2020-01-01}
  severity: error
  when: filled(digger)
  require: digger in DIGGERS
  fields: [digger]
  clerk: その職の人は掘れません。
  supervisor: 2条違反。
- id: WEL-3
  citation: 架空井戸規則3条
  duty: 先の日は書かない。
  documents: [well-notice]
  effective: {from: 2020-01-01}
  severity: error
  require: not_after(dug_on, today)
  fields: [dug_on]
  clerk: 先の日です。
  supervisor: 3条違反。
"""


def folder(root: Path, *, deepest: int = 10, diggers: str = "石工") -> Path:
    """Write a rulebook of one form and three provisions."""
    contents = {
        "catalogue/wells/well-notice.yaml": FORM,
        "clauses/wells.yaml": CLAUSES,
        "reference/settings.yaml": f"well.deepest: {deepest}\n",
        "reference/constants.yaml": f"DIGGERS: [{diggers}]\n",
    }
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def opened(root: Path, **more: Any) -> Rulebook:
    return open_rulebook(clock=lambda: NOW, places=Places.within(root), **more)


def told(rules: Rulebook, **data: Any) -> list[str]:
    record = Record("well-notice", "W-1", {"dug_on": "2024-05-10", "depth": 8, **data})
    return [clause for finding in Line(rules).judge(record).fate.findings for clause in finding.clauses]


def batch(rules: Rulebook, path: Path, count: int, run: Callable[[Line, list[batch_run.Source]], Review]) -> Review:
    rows = [
        {"form": "well-notice", "record": f"W-{n}", "data": {"dug_on": "2024-05-10", "depth": 12 if n % 10 == 0 else 8}}
        for n in range(count)
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
    return run(Line(rules), [batch_run.Source("in.json", path)])


@pytest.mark.parametrize("count", [10, 80])
def test_a_rulebook_of_ones_own_works_alone_and_in_a_pool(tmp_path: Path, count: int) -> None:
    """Forms and provisions that ours has not are found in this process and in others, with their own settings."""
    rules = opened(folder(tmp_path))
    review = batch(rules, tmp_path / "in.json", count, lambda line, sources: batch_run.check(line, sources, jobs=2))
    assert review.verdicts["refused"] == count // 10
    assert review.verdicts["checked"] == count - count // 10
    assert [(c.clause, c.citation) for c in review.by_clause] == [("WEL-1", "架空井戸規則1条")]


def test_a_rulebook_of_ones_own_issues_its_papers(tmp_path: Path) -> None:
    """Workers draw its forms, too."""
    rules = opened(folder(tmp_path / "rules"))
    out = tmp_path / "out"
    review = batch(rules, tmp_path / "in.json", 70, lambda line, sources: batch_run.issue(line, sources, out, jobs=2))
    assert review.verdicts["issued"] == 63
    assert len(list(out.glob("*-well-notice.pdf"))) == 63


def test_two_rulebooks_in_one_process_do_not_mix(tmp_path: Path) -> None:
    """The same ids, expressions and names mean in each what its own files say."""
    one = opened(folder(tmp_path / "one"))
    two = opened(folder(tmp_path / "two", deepest=5, diggers="農夫"))
    for _ in range(2):
        assert told(one, digger="石工") == []
        assert told(two, digger="石工") == ["WEL-1", "WEL-2"]
        assert told(two, digger="農夫", depth=4) == []
        assert told(one, digger="農夫", depth=4) == ["WEL-2"]
    assert one.hash != two.hash
    assert "well-notice" not in OURS.catalogue.slugs()


def test_the_clock_of_the_door_is_the_only_one(tmp_path: Path) -> None:
    """A day that nobody gave is the clock's, in Japan; a clock that goes on takes the judge with it."""
    root, moment = folder(tmp_path), [datetime(2024, 5, 9, 14, 59, tzinfo=UTC)]
    rules = open_rulebook(clock=lambda: moment[0], places=Places.within(root))
    assert rules.today() == date(2024, 5, 9)
    assert told(rules) == ["WEL-3"]
    moment[0] = datetime(2024, 5, 9, 15, 0, tzinfo=UTC)  # midnight in Japan
    assert rules.today() == date(2024, 5, 10)
    assert told(rules) == []


def test_a_worker_refuses_files_that_are_not_those_of_the_door(tmp_path: Path) -> None:
    """By name and hash: half a batch by one law and half by another must not happen."""
    rules = opened(folder(tmp_path))
    assert opened(tmp_path, expected=rules.hash).hash == rules.hash
    folder(tmp_path, deepest=9)
    with pytest.raises(DefinitionError, match="書き換えられました"):
        opened(tmp_path, expected=rules.hash)


def test_a_file_changed_after_the_door_was_opened_is_not_read(tmp_path: Path) -> None:
    """What was not read yet is not taken from other files than those the hash names."""
    rules = opened(folder(tmp_path))
    folder(tmp_path, deepest=9)
    with pytest.raises(DefinitionError, match="書き換えられました"):
        told(rules)


def test_the_hash_is_of_the_content_and_not_of_the_place(tmp_path: Path) -> None:
    one = opened(folder(tmp_path / "one"))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert opened(tmp_path / "two").hash == one.hash
    (tmp_path / "two" / "catalogue" / "wells" / "well-notice.yaml").rename(
        tmp_path / "two" / "catalogue" / "wells" / "well-report.yaml"
    )
    assert opened(tmp_path / "two").hash != one.hash


def test_a_folder_without_a_catalogue_is_no_rulebook(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="catalogue"):
        opened(tmp_path)


# ---- what is kept between runs ------------------------------------------------------------------------------------


def test_what_is_kept_of_a_form_and_its_provisions_is_what_its_files_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every form, its provisions and the list of titles come the same from the cache as from the files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first, again = opened_of(OURS.places), opened_of(OURS.places)
    for slug in first.catalogue.slugs():
        assert first.catalogue.editions(slug)
        assert first.clauses.for_form(slug) is not None
    assert first.catalogue.headings()
    monkeypatch.setattr(type(again.catalogue), "_read", _unread)
    monkeypatch.setattr(type(again.catalogue), "_heading", _unread)
    monkeypatch.setattr(type(again.clauses), "_of_file", _unread)
    for slug in first.catalogue.slugs():
        assert again.catalogue.editions(slug) == first.catalogue.editions(slug), slug
        assert again.clauses.for_form(slug) == first.clauses.for_form(slug), slug
    assert again.catalogue.headings() == first.catalogue.headings()


def _unread(*_: Any) -> None:
    raise AssertionError("read again")


def opened_of(places: Places) -> Rulebook:
    return open_rulebook(clock=lambda: NOW, places=places)


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"{}", None])
def test_a_damaged_or_unwritable_cache_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    """None: the cache's folder is a file."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    root = folder(tmp_path / "rules")
    if damage is None:
        cache.write_text("", encoding="utf-8")
    else:
        assert told(opened(root), depth=12) == ["WEL-1"]
        kept = [path for path in cache.rglob("rules-*/*/*") if path.is_file()]
        assert kept
        for path in kept:
            path.write_bytes(damage + path.read_bytes()[len(damage) + 1 :])
    assert told(opened(root), depth=12) == ["WEL-1"]


def test_an_edit_is_seen_at_once(tmp_path: Path) -> None:
    """Also one of the same length within the clock tick of the file system."""
    for deepest in (10, 11, 12, 13, 10):
        assert told(opened(folder(tmp_path, deepest=deepest)), depth=12) == (["WEL-1"] if deepest < 12 else [])


def test_code_that_reads_otherwise_reads_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder(tmp_path)
    assert told(opened(root)) == []
    monkeypatch.setattr(files, "_code", lambda: "another")
    monkeypatch.setattr(type(OURS.catalogue), "_read", _unread)
    with pytest.raises(AssertionError, match="read again"):
        told(opened(root))


# ---- what is read when --------------------------------------------------------------------------------------------


def test_provisions_of_a_form_are_all_that_name_it() -> None:
    """Found by what stands in a file, and exactly those that a reading of everything gives."""
    rules = opened_of(OURS.places)
    everything = rules.clauses.entries.values()
    for slug in rules.catalogue.slugs():
        wanted = [clause.id for clause in everything if clause.judged and slug in clause.documents]
        assert [clause.id for clause in opened_of(OURS.places).clauses.for_form(slug)] == wanted
    assert all(opened_of(OURS.places).clauses.get(clause.id) == clause for clause in [*everything][::97])


def test_headings_are_those_of_the_newest_editions() -> None:
    for heading in OURS.catalogue.headings():
        form = OURS.catalogue.get(heading.slug)
        for name in ("title", "number", "edition", "authority", "legal_basis", "basis", "clauses"):
            assert getattr(heading, name) == getattr(form, name), (heading.slug, name)
        assert set(heading.audience) == form.audience
        assert (heading.effective_from, heading.effective_until) == (form.effective_from, form.effective_until)


# ---- nobody else asks ---------------------------------------------------------------------------------------------


def _asks_the_time(path: Path) -> list[int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"today", "now", "utcnow", "fromtimestamp"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"date", "datetime"}
    ]


@pytest.mark.parametrize("package", ["validators", "forms"])
def test_only_the_doors_ask_the_time(package: str) -> None:
    """Below commands and api a day or a moment comes from the rulebook's clock."""
    asking = {
        f"{path.relative_to(ROOT)}:{line}" for path in (ROOT / package).rglob("*.py") for line in _asks_the_time(path)
    }
    assert asking == set()
