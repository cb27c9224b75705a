"""Promise: `yoshiki lint` tells every fault of a definition with file and line, in words for a law clerk, and never breaks."""

from __future__ import annotations

import copy
import json
import random
import re
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import main
from commands.lint import side_by_side
from forms.paper.linting import lint_layouts
from tests.rulebooks import OURS, catalogue_of
from validators.definitions.papers import paper_files
from validators.linting.clauses import lint_clauses, read_clauses
from validators.linting.forms import lint_forms, lint_headers, lint_matters
from validators.linting.papers import gather_papers, lint_papers
from validators.linting.problems import Problem
from validators.linting.procedures import lint_procedures
from validators.linting.vocabulary import lint_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "forms" / "catalogue"
CLAUSES = ROOT / "validators" / "clauses"
NOTICE = CATALOGUE / "kanagawa-stalker" / "non-warning-notice.yaml"


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["lint", *map(str, args)], catch_exceptions=False)


# ---- the command --------------------------------------------------------------------------------------------------


def test_one_file_is_checked_with_what_rests_on_it_and_no_more() -> None:
    """A form brings its provisions and its papers along, and no other form."""
    outcome = run(NOTICE, "--json")
    assert outcome.exit_code == 0, outcome.output
    checked = json.loads(outcome.output)["checked"]
    assert (checked["forms"], checked["editions"]) == (1, 4)
    assert 0 < checked["clauses"] < 60
    assert checked["papers"] == 9


def test_parts_done_in_several_processes_tell_what_one_process_tells() -> None:
    """In the same order, what is wrong and what was run."""
    wrong = [Problem("a.yaml:1", "直す"), Problem("b.yaml:2", "待つ", "X", pending=True)]
    parts: list[Callable[[], tuple[list[Problem], int]]] = [
        partial(lint_procedures, OURS, "akita-contact"),
        lambda: (wrong, 3),
    ]
    alone = side_by_side(parts, 1)
    assert alone[0][1] > 50
    assert alone[1] == (wrong, 3)
    assert side_by_side(parts, 2) == alone


def test_a_source_can_be_asked_for() -> None:
    outcome = run("--source", "osaka-dv")
    assert outcome.exit_code == 0, outcome.output
    assert "様式 1" in outcome.output


@pytest.mark.parametrize("what", [["--source", "nowhere"], [ROOT / "pyproject.toml"], [ROOT / "no-such.yaml"]])
def test_what_is_no_definition_ends_with_2_and_says_what_is(what: list[object]) -> None:
    outcome = run(*what)
    assert outcome.exit_code == 2
    assert "。" in outcome.output


# ---- faults, each with its file and line --------------------------------------------------------------------------


def of_form(path: Path, known: frozenset[str] = frozenset()) -> list[Problem]:
    catalogue = catalogue_of(path.parents[1])
    headers = lint_headers([path.parent.name], path.parents[1])
    forms, problems = lint_forms(catalogue, catalogue.slugs(), known or OURS.clauses.entries.keys(), OURS.expressions)
    return headers + problems + lint_layouts(forms)


def of_clauses(path: Path, most: int = 20) -> list[Problem]:
    clauses, problems = read_clauses([path], OURS.places.catalogue)
    return problems + lint_clauses(replace(OURS, clauses=clauses), list(clauses.entries.values())[:most])


def of_papers(path: Path) -> list[Problem]:
    papers, problems = gather_papers([path])
    return problems + lint_papers(papers[:3], papers, OURS)


def of_shared(path: Path) -> list[Problem]:
    """Return what is told of a vocabulary, of the forms that take from it and of their layouts."""
    for form in CATALOGUE.glob("[!_]*/*.yaml"):
        (path.parents[1] / form.parent.name).mkdir(exist_ok=True)
        shutil.copy(form, path.parents[1] / form.parent.name)
    catalogue = catalogue_of(path.parents[1])
    users = [
        form.stem for form in CATALOGUE.glob("[!_]*/[!s]*.yaml") if path.stem in OURS.catalogue.get(form.stem).uses
    ]
    forms, problems = lint_forms(catalogue, users[:2], OURS.clauses.entries.keys(), OURS.expressions)
    return problems + lint_layouts(forms[:1]) + lint_vocabulary(catalogue, OURS.clauses, forms=users[:2], only=())


@pytest.mark.parametrize(
    ("matter", "told", "pending"),
    [
        ("papers: [warning, paper-to-come]", "まだありません", True),
        ("papers: [warning, love-letter]", "という書面はありません", False),
        ("papers: [warning, case-command-register]", "帳簿で、様式ではありません", False),
        ("papers: [warning], same: {perpetrator_address: respondent_address}", "perpetrator_address", False),
        (
            "papers: [warning, designation-application], same: {perpetrator_birth_date: respondent_name}",
            "違うため",
            False,
        ),
    ],
)
def test_a_matter_names_papers_that_are_there_or_to_come_and_what_they_share(
    tmp_path: Path, *, matter: str, told: str, pending: bool
) -> None:
    catalogue = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, catalogue, ignore=shutil.ignore_patterns("papers"))
    header = catalogue / "kanagawa-stalker" / "source.yaml"
    text = header.read_text("utf-8").partition("\nmatters:")[0]
    header.write_text(f"{text}\nmatters:\n  first: {{title: 例, {matter}}}\n", encoding="utf-8")
    (problem,) = lint_matters(
        catalogue_of(catalogue), ["kanagawa-stalker"], {*OURS.reference.table("papers"), "paper-to-come"}
    )
    assert told in problem.message
    assert problem.pending is pending
    assert problem.place.startswith(f"{header}:")


def workspace(folder: Path) -> Path:
    """Return a catalogue's folder with the shared vocabularies and one source's header."""
    shutil.copytree(CATALOGUE / "_shared", folder / "_shared")
    (folder / "kanagawa-stalker" / "papers").mkdir(parents=True)
    shutil.copy(CATALOGUE / "kanagawa-stalker" / "source.yaml", folder / "kanagawa-stalker")
    return folder


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("printed_title:", "printed_titel:", "printed_titel"),
        ("audience: [applicant]", "audience: [everybody]", "everybody"),
        ("  - title\n", "  - headline\n", "headline"),
        ("columns: [42, 123]", "columns: [42, wide]", "列の幅"),
        ("{{ reason }}", "{{ raeson }}", "raeson"),
        ("facts: [", "facts: [no_such_fact, ", "no_such_fact"),
        ("fields:\n", "fields:\n\t", "タブ"),
        ("legal_basis: ", "legal_basis: a: ", "「: 」"),
        ("edition: 1\n", "edition: 1\nedition: 1\n", "二度"),
    ],
)
def test_a_fault_in_a_form_is_told_at_its_line(was: str, becomes: str, message: str, tmp_path: Path) -> None:
    text = NOTICE.read_text("utf-8")
    if was not in text:
        pytest.fail(f"{was} is not in {NOTICE.name} any more")
    path = workspace(tmp_path) / "kanagawa-stalker" / NOTICE.name
    path.write_text(text.replace(was, becomes, 1), "utf-8")
    problem = next(iter(of_form(path)))
    assert message in problem.message
    line = text[: text.index(was)].count("\n") + 1
    told = int(problem.place.rpartition(":")[2])
    assert problem.path == str(path)
    assert abs(told - line) <= 1


def test_every_broken_entry_of_a_file_is_told_not_only_the_first(tmp_path: Path) -> None:
    path = tmp_path / "kanagawa-stalker.yaml"
    path.write_text("- id: A\n  nonsense: 1\n- id: B\n  needs: 一つ\n- {id: C, by: [form nowhere]}\n", "utf-8")
    told = {(problem.place.rpartition(":")[2], problem.about) for problem in of_clauses(path)}
    assert {line for line, _ in told} >= {"2", "4", "5"}


def test_a_paper_that_comes_out_otherwise_is_told_with_both_verdicts(tmp_path: Path) -> None:
    path = workspace(tmp_path) / "kanagawa-stalker" / "papers" / NOTICE.name
    text = (CATALOGUE / "kanagawa-stalker" / "papers" / NOTICE.name).read_text("utf-8")
    path.write_text(text.replace("reason: 行為者の", "reason: null # 行為者の", 1), "utf-8")
    assert any("発行できます" in problem.message and problem.about == "good-notice" for problem in of_papers(path))


# ---- any file, however broken -------------------------------------------------------------------------------------

FILES = [
    *((path, of_form) for path in sorted(CATALOGUE.glob("[!_]*/*.yaml"))),
    *((path, of_shared) for path in sorted(CATALOGUE.glob("_shared/*.yaml"))),
    *((path, of_clauses) for path in sorted(CLAUSES.glob("*.yaml"))),
    *((path, of_papers) for path in paper_files()),
]
ODD: list[Any] = [
    None,
    True,
    7,
    -1,
    3.5,
    10**30,
    "x",
    "",
    "{{ x",
    "1 +",
    "2024-13-45",
    [],
    {},
    [1],
    ["x"],
    {"a": 1},
    [[["x"]]],
]
ODD += [{"a": {"b": [{}]}}, [{}], [None], {"when": 3}, {"from": []}]
MARKS = [b"\t", b'"', b"[", b"}", b"&a ", b"*a ", b"\x00", b"\xff", b": ", b"- ", b"!!set ", b"\n---\n", b"{{", b".inf"]


def places(value: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if keys:
        yield keys
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*keys, key))


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Return a file spoilt in one of the ways that files get spoilt: cut, marked, saved otherwise, a line twice, shifted, gone."""
    lines = content.split(b"\n")
    at, line = chance.randrange(len(content)), chance.randrange(len(lines))
    ways: list[Callable[[], bytes]] = [
        lambda: content[:at],
        lambda: content[:at] + chance.choice(MARKS) + content[at:],
        lambda: content.decode().encode("cp932", "replace"),
        lambda: content.decode().encode("utf-16"),
        lambda: b"\n".join([*lines[:line], chance.choice(lines), *lines[line:]]),
        lambda: b"\n".join([*lines[:line], b" " * chance.randrange(6) + lines[line], *lines[line + 1 :]]),
        lambda: b"\n".join([*lines[:line], *lines[line + 1 :]]),
        lambda: bytes(chance.randrange(256) for _ in range(200)),
    ]
    return chance.choice(ways)()


def mistyped(content: bytes, chance: random.Random) -> bytes:
    """Return a file in which a key holds something of another type, is gone or is another."""
    data = yaml.load(content, Loader=yaml.CBaseLoader)  # noqa: S506 - texts only
    if isinstance(data, list):
        first = chance.randrange(len(data))
        data = data[first : first + 4]
    if isinstance(data, dict) and isinstance(data.get("papers"), dict):
        data["papers"] = dict(list(data["papers"].items())[:3])
    keys = chance.choice(list(places(data)))
    holder = data
    for key in keys[:-1]:
        holder = holder[key]
    match chance.randrange(4):
        case 0:
            del holder[keys[-1]]
        case 1 if isinstance(holder, dict):
            holder["odd"] = copy.deepcopy(holder[keys[-1]])
        case _:
            holder[keys[-1]] = copy.deepcopy(chance.choice(ODD))
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.sampled_from(FILES), seed=st.integers(0, 2**32), spoil=st.sampled_from([spoilt, mistyped]))
def test_no_broken_file_ends_in_a_traceback(
    which: tuple[Path, Any], seed: int, spoil: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is made of a real file, the outcome is a list of places and sentences, empty or not."""
    path, lint = which
    content = spoil(path.read_bytes(), random.Random(seed))  # noqa: S311 - chance, no secret
    target = workspace(tmp_path_factory.mktemp("lint")) / path.parent.name / path.name
    if lint is of_papers:
        target = target.parents[1] / path.parents[1].name / "papers" / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    for problem in lint(target):
        assert re.fullmatch(r".+\.yaml:[0-9]+", problem.place)
        assert problem.message.strip()
        json.dumps(problem.as_json())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# nothing\n",
        b"\xef\xbb\xbf",
        b"just words\n",
        b"- - - -\n",
        b"[" * 50_000,
        b"- " * 50_000 + b"a",
        b"a: &a [*a]\n",
        b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (n, n, n - 1, n - 1) for n in range(98, 122)),
        b"a: " + b"9" * 5000 + b"\n",
        b"? [a, b]\n: 1\n",
        b"a: !!python/object:os.system x\n",
        "slug: 通知\n".encode("cp932"),
        bytes(range(256)),
    ],
)
@pytest.mark.parametrize("lint", [of_form, of_clauses, of_papers])
def test_hostile_files_are_told_of_at_once(content: bytes, lint: Any, tmp_path: Path) -> None:
    """Nesting without end, a name within itself, a thousandfold of itself, binary, another encoding: a sentence each."""
    folder = workspace(tmp_path) / "kanagawa-stalker"
    target = (folder / "papers" if lint is of_papers else folder) / "spoilt.yaml"
    target.write_bytes(content)
    found = lint(target)
    if lint is not of_clauses or content not in {b"", b"# nothing\n", b"\xef\xbb\xbf"}:
        assert found
    for problem in found:
        assert problem.message.endswith(("。", ")")) or not problem.message.isascii()
