"""Judge the papers beside the forms and tell which came out otherwise than they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.definitions.papers import SamplePaper, read_papers
from validators.errors import DefinitionError
from validators.judging import Judge
from validators.labels import VERDICT_LABELS
from validators.linting.problems import Problem, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from validators.judging import Judged
    from validators.rulebook import Rulebook


def gather_papers(paths: Iterable[Path]) -> tuple[list[SamplePaper], list[Problem]]:
    """Return the papers of some files, and what is wrong with the files that cannot be read."""
    papers: list[SamplePaper] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            papers += read_papers(path)
        except DefinitionError as error:
            problems += problems_of(error, path)
    return papers, problems


def judge_paper(judge: Judge, paper: SamplePaper, beside: Sequence[SamplePaper]) -> Judged:
    """Judge a paper with those of its case among `beside`."""
    case = [other for other in beside if paper.case and other.case == paper.case and other.name != paper.name]
    return judge.judge(paper.record(), [judge.prepare(other.record()) for other in case])


def lint_papers(papers: Sequence[SamplePaper], beside: Sequence[SamplePaper], rules: Rulebook) -> list[Problem]:
    """Return which papers were judged otherwise than they say; `beside` are all papers of their sources."""
    judges = {day: Judge(rules, as_of=day) for day in {paper.as_of for paper in papers}}
    return [
        Problem(paper.place, message, paper.name)
        for paper in papers
        for message in differences(paper, judge_paper(judges[paper.as_of], paper, beside))
    ]


def differences(paper: SamplePaper, judged: Judged) -> list[str]:
    """Return in what a verdict differs from what the paper expects: the fate, the places, the provisions told there."""
    fate = judged.fate
    told: dict[str, set[str]] = {}
    for finding in fate.findings:
        if finding.severity != "info":
            told.setdefault(finding.path, set()).update((*finding.clauses, finding.code))
    out = []
    if fate.verdict != paper.expect:
        out.append(f"「{VERDICT_LABELS[paper.expect]}」のはずが「{VERDICT_LABELS[fate.verdict]}」でした")
    out += [
        f"指摘のないはずの「{path}」に {'・'.join(sorted(filter(None, told[path])))} の指摘があります"
        for path in sorted(told.keys() - paper.findings.keys())
    ]
    for path, ids in paper.findings.items():
        if absent := [each for each in ids if each not in told.get(path, ())]:
            out.append(f"「{path}」に {'・'.join(absent)} の指摘がありません")
    return out
