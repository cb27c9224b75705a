"""`yoshiki handover`: transfers, referrals and requests for measures, each with the named fields its receiver may read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from commands.options import Day, as_json_text, json_option, keeps, rulebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from ledger.engine import Ledger
    from ledger.handovers import Handover
    from ledger.types import Actor

office_option = click.option("--office", "office", required=True, metavar="所属", help="操作する所属。")
reason_option = click.option("--reason", default="", help="理由。")
ref_argument = click.argument("ref", metavar="引渡し")


@click.group()
def handover() -> None:
    """事案の移送、紹介、措置の依頼。渡した写しは、終わると誰も読めなくなります。"""


@handover.command("offer")
@click.argument("case", metavar="事案")
@click.option("--kind", required=True, help="transfer（移送）、referral（紹介）、request（措置の依頼）。")
@click.option("--to", default="", metavar="所属", help="渡す先の所属。")
@click.option("--receiver", default="", help="台帳にない渡し先（他県、支援センターなど）。")
@click.option("--field", "fields", multiple=True, metavar="項目", help="渡す項目（一つずつ）。")
@click.option("--until", type=Day(), help="いつまで読めるか。")
@click.option(
    "--days",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    help="何日後まで読めるか（--until が無いとき）。",
)
@click.option("--consent-by", default="", help="同意した人。")
@click.option("--consent-on", type=Day(), help="同意した日。")
@reason_option
@keeps(create=False)
def offer_(
    ledger: Ledger,
    actor: Actor,
    case: str,
    until: date | None,
    days: int,
    consent_by: str,
    consent_on: date | None,
    **told: Any,
) -> None:
    """渡す項目、渡す先、期限、同意（または同意なしに渡す理由）を決めて申し入れます。"""
    from ledger.handovers import Offer, offer

    consent = (consent_by, consent_on.isoformat() if consent_on else "") if consent_by or consent_on else None
    last = until or rulebook().today() + timedelta(days=days)
    click.echo(offer(ledger, actor, Offer(case=case, expires_on=last.isoformat(), consent=consent, **told)))


@handover.command("show")
@ref_argument
@office_option
@json_option
@keeps(create=False)
def show(ledger: Ledger, actor: Actor, ref: str, office: str, *, as_json: bool) -> None:
    """渡された写しを読みます。読んだことは記録に残ります。"""
    from ledger.handovers import opened
    from ledger.in_json import handover_as_json

    found = opened(ledger, actor, ref, by_office=office)
    if as_json:
        click.echo(as_json_text({**handover_as_json(found), "copy": dict(found.copy)}))
        return
    _line(found)
    for name, value in found.copy.items():
        click.echo(f"    {name}　{value}")


@handover.command("list")
@click.option("--office", "office", default="", metavar="所属", help="この所属が渡すもの、受けるもの。")
@click.option("--case", "case", default="", metavar="REF", help="この事案のもの。")
@json_option
@keeps(create=False)
def listing(ledger: Ledger, actor: Actor, office: str, case: str, *, as_json: bool) -> None:  # noqa: ARG001 - every command is told who acts
    """引渡しを並べます。写しの中身は出しません。"""
    from ledger.handovers import listed
    from ledger.in_json import handover_as_json

    found = listed(ledger, office_code=office, case=case)
    if as_json:
        click.echo(as_json_text([handover_as_json(each) for each in found]))
    else:
        for each in found:
            _line(each)


def _moving(state: str, line: str) -> Callable[..., None]:
    """Make the command that moves a handover to a state."""

    def run(ledger: Ledger, actor: Actor, ref: str, office: str, reason: str) -> None:
        from ledger.handovers import move
        from validators.labels import HANDOVER_LABELS

        move(ledger, rulebook(), actor, ref, to_state=state, by_office=office, reason=reason)
        click.echo(f"「{HANDOVER_LABELS[state]}」にしました。")

    run.__doc__ = line
    made: Callable[..., None] = ref_argument(office_option(reason_option(keeps(create=False)(run))))
    return made


for _name, _state, _line_of_help in (
    ("accept", "accepted", "受けます。渡された項目を読めるようになります。"),
    ("reject", "rejected", "理由を付けて断ります。"),
    ("done", "done", "済んだこととし、写しを閉じます。移送なら、事案は受けた所属のものになります。"),
    ("withdraw", "withdrawn", "理由を付けて取り下げ、写しを閉じます。"),
):
    handover.command(_name)(_moving(_state, _line_of_help))


def _line(each: Handover) -> None:
    from validators.labels import HANDOVER_LABELS

    state = "期限切れ" if each.expired else HANDOVER_LABELS[each.state]
    click.echo(
        f"{each.ref}　{HANDOVER_LABELS[each.kind]}　{state}　{each.from_office} → {each.to}　"
        f"{each.expires_on}まで　{'、'.join(each.fields)}"
    )
