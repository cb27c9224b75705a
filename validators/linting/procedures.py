"""Find what is wrong in the procedures before any history meets them, and run their examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.definitions.yamlio import line_of
from validators.errors import DefinitionError, YoshikiError
from validators.expressions.compiled import BrokenExpressionError
from validators.histories.conditions import BOUND, Condition, check
from validators.histories.entries import Reader
from validators.histories.judging import judge_history
from validators.histories.procedure import STATES, By, Due, Match, Procedure
from validators.histories.reading import read_histories
from validators.linting.problems import Problem, problems_of
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from validators.definitions.yamlio import Keys
    from validators.histories.registers import Register
    from validators.histories.vocabulary import EventVocabulary, Fact
    from validators.rulebook import Rulebook


def lint_procedures(rules: Rulebook, source: str) -> tuple[list[Problem], int]:
    """Return what is wrong with the procedures of a source and with their examples, and how many examples there are."""
    found: list[Procedure] = []
    problems: list[Problem] = []
    broken = False
    for path in rules.procedures.files_of(source):
        try:
            rules.procedures.vocabulary.check()
            reader = Reader(path, rules.procedures.vocabulary)
        except DefinitionError as error:
            return problems_of(error, path), 0
        read, errors = reader.procedures()
        registers, more = reader.registers()
        found, broken = found + read, broken or bool(errors)
        problems += [problem for error in (*errors, *more) for problem in problems_of(error, path)]
        problems += [problem for register in registers for problem in _of_register(register, path)]
    ids: dict[str, list[Procedure]] = {}
    for procedure in found:
        ids.setdefault(procedure.id, []).append(procedure)
        told = (*_header(procedure, rules), *_expressions(procedure, rules), *_named(procedure, rules))
        problems += [Problem(_place(procedure, keys), message, procedure.id, later) for keys, message, later in told]
    for same in ids.values():
        if len(same) > 1 and not all((each.effective.first or each.effective.last) for each in same):
            problems.append(Problem(_place(same[1], ("id",)), "この id が二度使われています", same[1].id))
    if not broken:
        problems += [
            Problem(_place(procedure, ("examples", at)), message, procedure.id)
            for procedure in found
            for at, message in failing_examples(procedure, rules)
        ]
    return problems, sum(len(each.examples) for each in found)


def _of_register(register: Register, path: Path) -> Iterator[Problem]:
    for column in register.columns:
        if column.value is None:
            continue
        try:
            check(column.value, truth=False)
        except BrokenExpressionError as error:
            yield Problem(f"{path}:1", f"帳簿の欄「{column.label}」: {error}", register.slug)


def _place(procedure: Procedure, keys: Keys) -> str:
    return f"{procedure.path}:{line_of(procedure.path, (*procedure.keys, *keys))}"


_Unsound = tuple["Keys", str, bool]  # where, what, whether it awaits a provision that is not there yet


def _header(procedure: Procedure, rules: Rulebook) -> Iterator[_Unsound]:
    for at, clause in enumerate(procedure.clauses):
        if clause not in rules.clauses.entries:
            yield ("clauses", at), f"「{clause}」という条項はまだありません", True
    if not procedure.clauses:
        yield ("clauses",), "根拠の条項がありません", False
    outcomes = [bool(each.get("expect")) for each in procedure.examples if isinstance(each, dict)]
    if True not in outcomes or False not in outcomes:
        yield ("examples",), "守った例と守らなかった例の両方が要ります", False


def _expressions(procedure: Procedure, rules: Rulebook) -> Iterator[_Unsound]:
    vocabulary = rules.procedures.vocabulary
    for key, condition, names, truth in _conditions(procedure):
        try:
            check(condition, truth=truth)
        except BrokenExpressionError as error:
            yield (key,), f"式「{condition.source}」: {error.message}", False
        for name in _denied(condition, vocabulary) if key in _WEIGHED else ():
            told = f"式「{condition.source}」の「{name} != false」は、空のまま書かれた項目を通します。「== true」と書いてください"
            yield (key,), told, False
        for name, value in _unspoken(condition, vocabulary):
            told = f"式「{condition.source}」の「{value}」を人がどう書くかが、events.yaml の「{name}」の spellings にありません"
            yield (key,), told, False
        for name in _strange(condition, names, procedure, vocabulary, rules.reference.constants()):
            yield (key,), f"式「{condition.source}」の「{name}」という事実は events.yaml にありません", False


def _named(procedure: Procedure, rules: Rulebook) -> Iterator[_Unsound]:
    for name in _settings(procedure):
        if name not in rules.reference.table("settings"):
            yield ("by",), f"「{name}」という設定はありません", False
    for key, fact in _facts(procedure):
        if fact not in rules.procedures.vocabulary.facts:
            yield (key,), f"「{fact}」という事実は events.yaml にありません", False


# ---- expressions --------------------------------------------------------------------------------------------------

_WEIGHED = frozenset({"due", "with", "not_before"})
_Stands = tuple[str, Condition, tuple[str, ...], bool]  # key, condition, what it stands on, whether it is true or false


def _conditions(procedure: Procedure) -> Iterator[_Stands]:
    trigger = procedure.trigger
    if trigger.where:
        yield "trigger", trigger.where, trigger.names, True
    for key in ("unless", "forbids"):
        yield from _of_matches(key, getattr(procedure, key), trigger.names)
    for due in procedure.dues:
        yield from _of_due(due, trigger.names)


def _of_matches(key: str, matches: tuple[Match, ...], own: tuple[str, ...]) -> Iterator[_Stands]:
    for match in matches:
        for condition in (match.where, match.holds):
            if condition:
                yield key, condition, match.names or own, True


def _of_due(due: Due, own: tuple[str, ...]) -> Iterator[_Stands]:
    names = tuple(name for match in due.matches for name in match.names) or own
    yield from _of_matches("due", due.matches, own)
    yield from _of_matches("not_before", due.not_before, own)
    for key, condition in (
        *(("to", post.when) for post in (*due.route.to, *due.route.via)),
        *(("due", condition) for condition in (due.when, *(match.when for match in due.not_before))),
    ):
        if condition:
            yield key, condition, (*own, *names), True
    for condition in (due.demands, due.route.holds):
        if condition:
            yield "due", condition, names, True
    for each in due.with_:
        of = own if each.of_trigger else names
        for condition, truth in ((each.holds, True), (each.when, True), (each.equals, False)):
            if condition:
                yield "with", condition, of, truth
    yield from _of_by(due.by, own)


def _of_by(by: By, own: tuple[str, ...]) -> Iterator[_Stands]:
    yield from _of_matches("by", by.before, own)
    if by.date:
        yield "by", by.date, own, False
    if by.alternative:
        yield from _of_by(by.alternative, own)


def _denied(condition: Condition, vocabulary: EventVocabulary) -> Iterator[str]:
    """Yield the facts that are true or false and are only asked not to be false: one given blank would do."""
    for node in condition.tree.walk():
        if node.name != "!=" or not any(part.kind == "literal" and part.value is False for part in node.parts):
            continue
        for part in node.parts:
            fact = vocabulary.facts.get(part.name) if part.kind in {"name", "member"} else None
            if fact and fact.type == "bool":
                yield fact.name


def _unspoken(condition: Condition, vocabulary: EventVocabulary) -> Iterator[tuple[str, str]]:
    """Yield the facts compared with a value that none of their listed ones is, or with a key that nobody writes in words.

    Told otherwise, it would set nothing off, in silence.
    """
    for node in condition.tree.walk():
        if node.name not in {"==", "!=", "in"}:
            continue
        facts = [part.name for part in node.parts if part.kind in {"name", "member"} and part.name in vocabulary.facts]
        listed = [each for part in node.parts if part.kind == "list" for each in part.parts]
        for value in (each.value for each in (*node.parts, *listed) if each.kind == "literal"):
            if not isinstance(value, str) or not value or value in vocabulary.kinds:
                continue
            for name in facts:
                if not any(_can_be_told(fact, value) for fact in vocabulary.all_of(name)):
                    yield name, value


_KEY = re.compile(r"[a-z][a-z0-9_]+")


_UNLISTED = frozenset({"id", "number", "date", "person", "office"})


def _can_be_told(fact: Fact, value: str) -> bool:
    if fact.type in _UNLISTED:
        return True
    if not _KEY.fullmatch(value):
        return value in fact.values()
    return any(said == value and told != fold(value) for told, said in fact.spellings.items())


def _strange(
    condition: Condition,
    names: tuple[str, ...],
    procedure: Procedure,
    vocabulary: EventVocabulary,
    constants: Mapping[str, Any],
) -> Iterator[str]:
    """Yield the facts an expression asks for that no event or paper it may stand on has, and events that are none."""
    for root, shape in condition.named.roots.items():
        if root in BOUND:
            of = procedure.trigger.names if root == "trigger" else names
            members = procedure.trigger.each if root in {"trigger", "member"} else ()
            yield from (
                key
                for key in shape.keys
                if not _known(vocabulary, of, key) and not (members and key in vocabulary.facts)
            )
        elif root not in constants and not _known(vocabulary, names, root):
            yield root
    for name, shape in condition.named.papers.items():
        if name not in vocabulary.kinds:
            yield name
        yield from (key for key in shape.keys if name in vocabulary.kinds and not vocabulary.knows_fact(name, key))


def _known(vocabulary: EventVocabulary, names: tuple[str, ...], fact: str) -> bool:
    return any(vocabulary.knows_fact(name, fact) for name in names)


def _settings(procedure: Procedure) -> Iterator[str]:
    for due in procedure.dues:
        yield from filter(None, (due.by.setting, due.by.reminder, due.by.at_least))


def _facts(procedure: Procedure) -> Iterator[tuple[str, str]]:
    for due in procedure.dues:
        for each in due.with_:
            yield from (("with", fact) for fact in each.facts)
        yield from (("way", way.given) for way in due.route.way if way.given)


# ---- examples -----------------------------------------------------------------------------------------------------


def failing_examples(procedure: Procedure, rules: Rulebook) -> Iterator[tuple[int, str]]:
    """Yield each example that does not come out as it says, with what comes out; its source's other procedures run too."""
    for at, example in enumerate(procedure.examples):
        try:
            told = _failing(procedure, example, rules)
        except YoshikiError as error:
            told = str(error)
        if told:
            yield at, f"例 {at + 1}: {told}"


def _failing(procedure: Procedure, example: Mapping[str, Any], rules: Rulebook) -> str:
    if not isinstance(example, dict) or set(example) != {"history", "as_of", "expect"}:
        return "history、as_of、expect を書きます"
    vocabulary = rules.procedures.vocabulary
    (told, *_), _ = read_histories(vocabulary, {key: example[key] for key in ("history", "as_of")}, procedure.id)
    if told.as_of is None or not isinstance(example["expect"], list):
        return "as_of には日を、expect には [ ] で囲んだ状態の一覧を書きます"
    found = judge_history(rules, told.items, told.as_of, sources=[procedure.source])
    got = {each.state: each.due_on for each in found if each.procedure == procedure.id}
    wanted: dict[Any, str | None] = {}
    for each in example["expect"]:
        wanted |= each if isinstance(each, dict) else {str(each): None}
    if strange := set(wanted) - set(STATES):
        return f"「{'・'.join(sorted(strange))}」という状態はありません"
    same = set(got) == set(wanted) and all(day is None or got[state] == day for state, day in wanted.items())
    return "" if same else f"expect は {wanted}、結果は {got} です"
