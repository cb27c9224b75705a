"""`yoshiki lint`: what is wrong in forms, provisions and papers, before any record meets them."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from commands.options import as_json_text, json_option, rulebook
from validators.errors import DefinitionError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from validators.linting.problems import Problem
    from validators.linting.scope import Scope
    from validators.rulebook import Rulebook

    _Part: TypeAlias = Callable[
        [], tuple[list[Problem], int]
    ]  # what is wrong in one part, and how many histories it ran


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")
@click.option("--source", "sources", multiple=True, help="この出典（フォルダー）だけ。")
@json_option
@click.pass_context
def lint(ctx: click.Context, files: tuple[Path, ...], sources: tuple[str, ...], *, as_json: bool) -> None:
    """様式、条項、記載例の書き方を調べます。FILE を付けると、そのファイルと、それに頼るものだけ。"""
    from validators.linting.scope import scope_of

    try:
        rules = rulebook()
    except DefinitionError as error:
        from validators.linting.problems import problems_of

        found, counts = problems_of(error, Path()), dict[str, int]()
    else:
        scope = scope_of(rules, sources, files)
        found, counts = _lint(rules, scope)
    problems = [problem for problem in found if not problem.pending]
    waiting = [problem for problem in found if problem.pending]
    if as_json:
        click.echo(as_json_text({"checked": counts, "problems": [each.as_json() for each in found]}))
    else:
        _print(problems, waiting if files or sources else (), len(waiting), counts)
    ctx.exit(ExitCode.FINDINGS if problems else ExitCode.OK)


def _lint(rules: Rulebook, scope: Scope) -> tuple[list[Problem], dict[str, int]]:
    """Check what is in scope, from what others rest on to what rests on it; return the problems and what was checked."""
    from dataclasses import replace
    from functools import partial

    from forms.paper.linting import lint_layouts
    from validators.definitions.papers import paper_files
    from validators.linting.clauses import lint_clauses, read_clauses
    from validators.linting.forms import lint_documents, lint_forms, lint_headers, lint_matters
    from validators.linting.papers import gather_papers, lint_papers
    from validators.linting.procedures import lint_procedures
    from validators.linting.vocabulary import lint_vocabulary

    at, catalogue = rules.places, rules.catalogue
    problems = lint_headers(sorted(scope.headers), at.catalogue)
    if not problems:
        problems += lint_documents(catalogue) or lint_matters(
            catalogue, sorted(scope.headers), rules.reference.table("papers")
        )
    clauses, unread = read_clauses(sorted(at.clauses.glob("*.yaml")), at.catalogue)
    rules = replace(rules, clauses=clauses)
    problems += [each for each in unread if scope.means(Path(each.path))]
    forms, found = lint_forms(catalogue, sorted(scope.forms), clauses.entries.keys(), rules.expressions)
    problems += found
    judged = [clause for clause in clauses.entries.values() if scope.concerns(clause)]
    found = lint_vocabulary(catalogue, clauses, forms=sorted(scope.forms), only=judged)
    problems += [each for each in found if scope.means(Path(each.path))]
    papers, found = gather_papers(sorted(scope.papers))
    problems += found
    sources = {path.parents[1] for path in scope.papers}
    beside, _ = gather_papers(path for path in paper_files(at.catalogue) if path.parents[1] in sources)
    done = side_by_side(
        [
            lambda: (lint_clauses(rules, judged), 0),
            lambda: (lint_layouts(forms), 0),
            *(partial(lint_procedures, rules, source) for source in sorted(scope.procedures)),
            lambda: (lint_papers(papers, beside, rules), 0),
        ],
        processes=min(len(judged) // _WORTH, os.cpu_count() or 1),
    )
    problems += [problem for found, _ in done for problem in found]
    counts = {
        "sources": len(scope.headers),
        "forms": len(scope.forms),
        "editions": len(forms),
        "clauses": len(judged),
        "examples": sum(len(group) for clause in judged for group in clause.examples.values()),
        "papers": len(papers),
        "procedures": sum(len(rules.procedures.of(source)) for source in scope.procedures),
        "histories": sum(ran for _, ran in done),
    }
    return list(dict.fromkeys(problems)), counts


_WORTH = 100  # provisions to judge for which a process more is felt
_PARTS: list[_Part] = []  # what the processes were begun for, which are copies of this one


def side_by_side(parts: Sequence[_Part], processes: int) -> list[tuple[list[Problem], int]]:
    """Do parts that ask nothing of each other, in their order; where this system can, in copies of this process: nothing is read twice."""
    if processes < 2 or "fork" not in get_all_start_methods():  # noqa: PLR2004 - one is no company
        return [part() for part in parts]
    _PARTS[:] = parts
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        return list(pool.map(_part, range(len(parts))))


def _part(number: int) -> tuple[list[Problem], int]:
    return _PARTS[number]()


_COUNTED = {
    "forms": "様式",
    "editions": "版",
    "clauses": "条項",
    "examples": "例",
    "papers": "記載例",
    "procedures": "手続",
    "histories": "履歴の例",
}


def _print(problems: Sequence[Problem], told: Sequence[Problem], waiting: int, counts: dict[str, int]) -> None:
    for problem in told:
        click.echo(f"様式待ち {problem}")
    for problem in problems:
        click.echo(str(problem))
    counted = "、".join(f"{label} {counts[key]}" for key, label in _COUNTED.items() if counts.get(key))
    outcome = f"直すところが{len(problems)}か所あります" if problems else "直すところはありません"
    click.echo(f"{counted}: {outcome}（様式待ち {waiting}）。" if counted else f"{outcome}。")
