"""`yoshiki case`: a matter as a whole, kept in the ledger or told by its history."""

from __future__ import annotations

import click

from commands.case.entering import add, new, retract
from commands.case.judging import judge, register
from commands.case.looking import check, prefill, search, show
from commands.case.standing import allow, close, reopen
from commands.case.taking_over import take_over
from commands.package import package


@click.group()
def case() -> None:
    """事案を台帳に置いて、当事者・事柄・出来事を加え、足りない手続や期限を調べ、裁判所に出す書面をまとめます。"""


for command in (
    new,
    take_over,
    add,
    retract,
    show,
    search,
    check,
    prefill,
    close,
    reopen,
    allow,
    judge,
    register,
    package,
):
    case.add_command(command)
