"""Whether an act was done rightly: by whom, to whom, through whom, by which way, with what, after what. None of it asks when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators import naming
from validators.histories.items import Happening, earlier
from validators.histories.matching import is_so, matching
from validators.histories.routes import right_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validators.histories.conditions import Sight
    from validators.histories.history import View
    from validators.histories.procedure import CaseState, Due, Match, Post, Way, With
    from validators.histories.vocabulary import EventVocabulary

Flaw = tuple["CaseState", str, frozenset[str]]  # what is wrong, in words, and the names of what is not there


def faults(due: Due, act: Happening, seen: Sight, view: View, vocabulary: EventVocabulary) -> Iterator[Flaw]:
    """Yield what is wrong with an act, `it` of what is seen, whenever it was done; what is not given breaks nothing."""
    for told in _misrouted(due, act, seen, vocabulary):
        yield "misrouted", told, frozenset()
    for told in _incomplete(due, seen, vocabulary):
        yield "incomplete", told, frozenset()
    yield from _too_early(due.not_before, act, seen, view, vocabulary)


def joined(due: Due, act: Happening, beside: Iterable[Happening], scope: Sight, vocabulary: EventVocabulary) -> Sight:
    """Return the facts of an act with those that earlier acts of the duty told: their points add up.

    What is to be dealt with may be dealt with in more acts than one (神奈川 要領7(5)). An act that went elsewhere adds nothing.
    """
    facts = dict(act.facts)
    points = [name for name in facts if (fact := vocabulary.facts.get(name)) and fact.adds_up]
    for each in beside:
        more = {name: each.facts[name] for name in points if each.facts.get(name)}
        if more and not is_misrouted(due, each, {**scope, "it": each.facts}, vocabulary):
            summed = {name: [*(facts[name] or ()), *value] for name, value in more.items()}
            facts = {**each.facts, **facts, **summed}
    return facts


# ---- the route ----------------------------------------------------------------------------------------------------


def is_misrouted(due: Due, act: Happening, scope: Sight, vocabulary: EventVocabulary) -> bool:
    """Tell whether an act went another way than a duty asks."""
    return any(_misrouted(due, act, scope, vocabulary))


def _misrouted(due: Due, act: Happening, scope: Sight, vocabulary: EventVocabulary) -> Iterator[str]:
    route, given = due.route, act.facts
    if "to" in given and (told := _wrong_addressee(route.to, given["to"], scope)):
        yield told
    for through in route.via if "via" in given else ():
        passed = [*_several(given["via"]), *_beside(given.get("to"))]  # 生活安全部長（生活安全総務課）
        if is_so(through.when, scope) and not any(_among(passed, post) for post in through.posts):
            yield f"経由先は「{'」か「'.join(through.posts)}」です"
    ways = [each.way for each in route.way]
    if ways and given.get("way") is not None and not any(way in ways for way in _several(given["way"])):
        yield "定められた方法によっていません"
    if route.holds and route.holds.weighs(scope, demanding=True) is False:
        yield right_way(route.holds, scope, vocabulary) or "取り扱う所属や相手が定めと違います"


_ASIDE = re.compile(r"[(（]([^()（）]+)[)）]$")


def _wrong_addressee(to: tuple[Post, ...], given: Any, scope: Sight) -> str:
    """Return who may receive, where the addressee given is none of them."""
    open_now = [each for each in to if each.when is None or each.when.asks(scope)]
    if not open_now or any(not each.posts for each in open_now):
        return ""
    posts = [post for each in open_now for post in each.posts]
    return "" if any(_among(given, post) for post in posts) else f"宛先は「{'」か「'.join(posts)}」です"


def _holds(given: Any, post: str) -> bool:
    text = str(given or "").strip()
    beside = _ASIDE.search(text)  # 乙野次郎（行為者）
    within = not naming.parse(post).title and naming.is_unit(text, [post])  # 生活安全課保安係 for 生活安全課
    return post in {text, beside[1] if beside else text} or within or naming.is_post(text, [post])


def _beside(given: Any) -> list[str]:
    """Return what stands in brackets after an addressee: the office through which it is reached."""
    return [found[1] for each in _several(given) if (found := _ASIDE.search(str(each or "").strip()))]


def _among(values: Any, post: str) -> bool:
    return any(_holds(each, post) for each in _several(values))


def _several(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


# ---- what belongs to it -------------------------------------------------------------------------------------------


def _incomplete(due: Due, scope: Sight, vocabulary: EventVocabulary) -> Iterator[str]:
    if due.demands and due.demands.weighs(scope, demanding=True) is False:
        yield (
            f"「{_asked(due, vocabulary)}」を確かめてください"
            if _asked(due, vocabulary)
            else "要る事項がそろっていません"
        )
    for way in due.route.way:
        if told := _unfounded_way(way, scope, vocabulary):
            yield told
    for each in due.with_:
        seen = {**scope, "it": scope["trigger"]} if each.of_trigger else scope
        if each.when is None or each.when.asks(seen):
            yield from _lacking(each, seen, vocabulary)


def _asked(due: Due, vocabulary: EventVocabulary) -> str:
    asked = due.demands.asked if due.demands else frozenset()
    return "、".join(sorted(vocabulary.label(key or root) for root, key in asked))


def _unfounded_way(way: Way, scope: Sight, vocabulary: EventVocabulary) -> str:
    it = scope["it"]
    blank = way.given and it.get("way") == way.way and way.given in it and _blank(it[way.given])
    return f"「{vocabulary.label(way.given)}」がありません" if blank else ""


def _lacking(each: With, scope: Sight, vocabulary: EventVocabulary) -> Iterator[str]:
    it = scope["it"]
    if each.papers and "with" in it:
        for paper in each.papers:
            if not any(
                value == paper or naming.same_paper(value, paper) or value == vocabulary.label(paper)
                for value in it["with"]
            ):
                yield f"「{vocabulary.label(paper)}」が添えられていません"
    given = [fact for fact in each.facts if fact in it]
    if given and len(given) == len(each.facts) and all(_blank(it[fact]) for fact in given):
        yield f"「{'」か「'.join(vocabulary.label(fact) for fact in each.facts)}」がありません"
    elif given and each.equals and it[given[0]] != each.equals.value(scope):
        yield f"「{vocabulary.label(given[0])}」が違います"
    if each.items and "items" in it:
        for point in each.items:
            if point not in (it["items"] or ()):
                yield f"「{_point(vocabulary, point)}」がありません"
    if each.holds and each.holds.weighs(scope) is False:
        yield "要る事項がそろっていません"


def _point(vocabulary: EventVocabulary, point: str) -> str:
    items = vocabulary.facts.get("items")
    return (items.options.get(point) if items else None) or vocabulary.label(point)


def _blank(value: Any) -> bool:
    return value is None or value is False or value in ([], "")


# ---- what comes before --------------------------------------------------------------------------------------------


def _too_early(
    before: Iterable[Match], act: Happening, scope: Sight, view: View, vocabulary: EventVocabulary
) -> Iterator[Flaw]:
    """Yield what had to come before an act and came after it, or has not come at all (then with its names)."""
    for match in before:
        if not is_so(match.when, scope):
            continue
        if not match.names:
            if match.where and match.where.weighs(scope) is False:
                yield "out-of-order", match.says or "まだできる時期になっていません", frozenset()
            continue
        found = [each for each in matching(match, view, scope) if each is not act]
        if any(not earlier(act.on, each.on) for each in found):
            continue
        label = "」か「".join(dict.fromkeys(vocabulary.label(name) for name in match.names))
        lacking = frozenset() if found else frozenset(match.names)
        yield "out-of-order", match.says or f"「{label}」が先に要ります", lacking
