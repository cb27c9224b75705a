"""The evaluator: total records, only booleans, no error passes unseen."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.rulebooks import OURS
from validators import text
from validators.definitions.files import Files
from validators.expressions import syntax
from validators.expressions.compiled import BrokenExpressionError, Context, Expression, Expressions, references
from validators.expressions.functions import VOCABULARY
from validators.model import Field, Form

if TYPE_CHECKING:
    from pathlib import Path

ROWS = Field(
    "rows",
    "行",
    "list",
    fields={"kind": Field("kind", "種別", "string"), "marks": Field("marks", "印", "list", of="string")},
)
FORM = Form(
    "small",
    "小様式",
    "",
    1,
    "test",
    (),
    frozenset(),
    {
        "name": Field("name", "氏名", "person"),
        "agreed": Field("agreed", "同意", "boolean"),
        "on": Field("on", "日", "date"),
        "place": Field("place", "場所", "address"),
        "court": Field("court", "裁判所", "office"),
        "tags": Field("tags", "札", "list", of="string"),
        "rows": ROWS,
    },
    (),
    {},
)


def compile_expression(source: str, form: Form, variables: tuple[str, ...] = ()) -> Expression:
    return OURS.expressions.compile(source, form, variables)


def context_of(form: Form, data: dict[str, Any], **more: Any) -> Context:
    return OURS.expressions.context(form, data, today=OURS.today(), **more)


def judge(
    source: str,
    data: dict[str, Any] | None = None,
    papers: dict[str, list[dict[str, Any]]] | None = None,
    office: dict[str, Any] | None = None,
) -> bool | None:
    return compile_expression(source, FORM).judge(context_of(FORM, data or {}, papers=papers, office=office))


@pytest.mark.parametrize(
    "source",
    [
        "agreed == true",
        "agreed != null",
        '"a" in tags',
        'name in ["a"]',
        'rows.exists(r, r.kind == "a" || "x" in r.marks)',
        "filled(name) || filled(rows)",
        'not_after(on, last_day(on, "1 year", "start_day_counts"))',
        "under_age(on, 15, on) || reached_age(on, 15, on)",
        'mentions(place, "県") || mentions_all(name, tags)',
        'court_covers(court, place) || station_of(place) == "x" || prefecture_of(place) == "東京都"',
        "at_least(count(tags), 1)",
    ],
)
def test_a_blank_record_is_false_and_never_an_error(source: str) -> None:
    assert judge(source) is False


def test_every_function_takes_blanks() -> None:
    """No function of the vocabulary raises on null or a blank list; literals that name something are given."""
    named = {
        "last_day": ['"1 year"', '"start_day_counts"'],
        "renewed_last_day": ['"1 year"'],
        "looks_like": ['"house_number"'],
    }
    named |= {
        "setting": ['"promptly.handover_hours"'],
        "words": ['"protected_places"'],
        "papers": ['"small"'],
        "attached": ['"x"'],
    }
    for word in VOCABULARY.values():
        names = iter(named.get(word.name, []))
        blanks = ", ".join(next(names) if kind == "name" else "[]" if kind == "list" else "null" for kind in word.takes)
        verdict = judge(f"filled({word.name}({blanks}))" if word.gives != "bool" else f"{word.name}({blanks})")
        assert isinstance(verdict, bool), word.name


def test_keys_of_items_are_there_even_when_the_item_lacks_them() -> None:
    assert judge("rows.all(r, r.kind == null && r.marks == [])", {"rows": [{}, {"kind": ""}]}) is True


def test_a_person_may_be_a_string_or_a_map() -> None:
    assert judge('same_text(name, "山田　太郎")', {"name": "山田 太郎"}) is True
    assert judge('same_text(name, "山田　太郎")', {"name": {"name": "山田太郎", "kana": "ヤマダ"}}) is True


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("nowhere == 1", "nowhere"),
        ("filled(name, name)", "filled"),
        ("before(on, tags)", "before"),
        ("size(tags) == 1", "size"),
        ('name.contains("a")', "contains"),
        ("agreed == true &&", "式の終わり"),
        ("tags[0] == 1", "添字"),
        ("agreed ? 1 : 2", "真偽"),
    ],
)
def test_what_cannot_be_compiled_is_a_broken_definition(source: str, told: str) -> None:
    with pytest.raises(BrokenExpressionError, match=told):
        compile_expression(source, FORM)


@pytest.mark.parametrize("source", ["agreed && true", "!agreed", "agreed"])
def test_what_is_no_boolean_in_the_end_is_broken(source: str) -> None:
    with pytest.raises(BrokenExpressionError, match="真偽"):
        judge(source)


def test_an_error_inside_a_function_is_seen_although_the_language_swallows_it() -> None:
    with pytest.raises(BrokenExpressionError, match="nowhere"):
        judge('at_least(setting("nowhere"), 1) || true')


def test_the_text_of_an_error_holds_no_value_of_the_record(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(text, "same_text", lambda a, _: (_ for _ in ()).throw(ValueError(a)))
    with pytest.raises(BrokenExpressionError) as caught:
        judge('same_text(name, "x") || true', {"name": "秘密の人"})
    assert "秘密" not in str(caught.value)
    assert "秘密" not in "".join(capfd.readouterr())


def test_a_lookup_without_an_answer_is_undetermined_only_when_the_verdict_hangs_on_it() -> None:
    unknown = {"court": "どこにもない地方裁判所", "place": "茨城県水戸市架空町"}
    assert judge("court_covers(court, place)", unknown) is None
    assert judge("!court_covers(court, place)", unknown) is None
    assert judge("court_covers(court, place) && filled(tags)", unknown) is False
    assert judge("court_covers(court, place) || filled(court)", unknown) is True
    assert judge('station_of(place) == "汐見県汐見警察署"', unknown) is None


def test_papers_of_the_case_are_total_in_what_the_expression_asks() -> None:
    source = 'papers("other").exists(p, p.name == null && p.items.all(i, i.key == "a"))'
    assert judge(source, papers={"other": [{}]}) is True
    assert judge(source, papers={"other": [{"items": [{"key": "a"}, {}]}]}) is False
    assert judge(source) is False


def test_an_office_may_set_its_own_figure() -> None:
    source = 'equal(setting("promptly.handover_hours"), 6)'
    assert judge(source) is False
    assert judge(source, office={"promptly.handover_hours": "6"}) is True


def test_a_list_item_is_bound_by_name() -> None:
    expression = compile_expression('item.kind == "a"', FORM, ("item",))
    assert expression.run(context_of(FORM, {}), item={"kind": "a", "marks": []}) is True
    with pytest.raises(BrokenExpressionError, match="item"):
        compile_expression('item.kind == "a"', FORM)


def test_editions_with_other_fields_are_compiled_apart() -> None:
    other = replace(FORM, fields={"name": FORM.fields["name"]})
    assert compile_expression("filled(tags)", FORM).run(context_of(FORM, {"tags": ["a"]}))
    with pytest.raises(BrokenExpressionError, match="tags"):
        compile_expression("filled(tags)", other)


def test_references_name_fields_not_loop_variables_or_functions() -> None:
    assert references("rows.exists(r, r.kind == name) && filled(on)") == {"rows", "name", "on"}
    found = syntax.references('rows.exists(r, r.kind in ACTS_ART10) || papers("x").all(p, p.a == 1)')
    assert set(found.roots["rows"].keys) == {"kind"}
    assert set(found.papers["x"].keys) == {"a"}
    assert found.functions == {"papers"}


class _SlowFiles(Files):
    """A store so slow that another thread has judged another form before it has written."""

    def keep(self, name: str, value: Any) -> None:
        """Judge elsewhere, then write."""
        other = replace(FORM, slug=f"meanwhile-{name}"[:40])
        thread = Thread(target=EXPRESSIONS[0].compile, args=("filled(name)", other))
        thread.start()
        thread.join()
        super().keep(name, value)


EXPRESSIONS: list[Expressions] = []


def test_what_another_thread_finds_while_it_is_written_down_is_kept_the_next_time(tmp_path: Path) -> None:
    """A service judges in several threads by one rulebook: none of them fails for another's find."""
    files = _SlowFiles({"none": tmp_path})
    EXPRESSIONS[:] = [Expressions(OURS.reference, files)]
    for slug in ("one", "two"):
        EXPRESSIONS[0].compile("filled(name)", replace(FORM, slug=slug))
    EXPRESSIONS[0].keep()
    assert files.recall("sound-one", list)
    EXPRESSIONS[0].keep()
    assert files.recall("sound-meanwhile-sound-one", list)
