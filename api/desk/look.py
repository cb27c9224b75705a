"""What every page shares: the menu, the words for things, the duty behind a clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import current_app

from api.access.permissions import asked_of
from api.access.visitors import may, visitor
from api.desk.dates import ERA_NAMES
from api.issuing import line
from validators.labels import AUDIENCE_LABELS
from validators.schema import when_required

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from api.desk.drafts import Drafts
    from api.desk.picture import Pictures
    from api.limits import Work
    from validators.model import Finding, Severity

MENU: Final = (
    ("pages.home", "今日すること"),
    ("forms_pages.index", "様式"),
    ("drafts_pages.index", "書きかけ"),
    ("pages.files", "ファイル"),
    ("cases_pages.index", "事案"),
    ("deadlines_pages.index", "期限"),
    ("approvals_pages.index", "決裁"),
    ("registers_pages.index", "帳簿"),
    ("review_pages.index", "点検状況"),
    ("handovers_pages.index", "引継ぎ"),
    ("checking_pages.verify", "検証"),
    ("checking_pages.audit", "監査記録"),
    ("rules_pages.index", "根拠"),
    ("offices_pages.index", "所属"),
    ("users.index", "利用者"),
    ("users.keys", "鍵"),
    ("hooks.index", "知らせる先"),
)
SEVERITY_WORDS: Final[dict[Severity, str]] = {"error": "止まる", "warning": "確認する", "info": "お知らせ"}


def drafts() -> Drafts:
    """Return where drafts are kept."""
    found: Drafts = current_app.extensions["drafts"]
    return found


def pictures() -> Pictures:
    """Return the pictures of drafts."""
    found: Pictures = current_app.extensions["pictures"]
    return found


def work() -> Work:
    """Return what bounds how much is judged and drawn at once."""
    found: Work = current_app.extensions["work"]
    return found


def readers(audience: Iterable[str]) -> str:
    """Return who reads a paper, in words."""
    return "・".join(AUDIENCE_LABELS[reader] for reader in sorted(audience))


def severity_word(finding: Finding) -> str:
    """Return what a finding does to the paper."""
    return "確かめ済み" if finding.confirmed_by else SEVERITY_WORDS[finding.severity]


def duty_of(clause: str) -> str:
    """Return what a provision asks, in plain words; empty for one that has no entry of its own."""
    entry = line().rules.clauses.entries.get(clause)
    return entry.duty if entry else ""


def _menu() -> list[tuple[str, str]]:
    """Return the pages that whoever speaks may open."""
    return [
        (endpoint, name)
        for endpoint, name in MENU
        if endpoint in current_app.view_functions
        and (endpoint != "pages.home" or "ledger" in current_app.extensions)
        and (deed := asked_of(endpoint, "GET"))
        and may(deed)
    ]


def register(app: Flask) -> None:
    """Give the templates what they share."""
    shared: dict[str, Any] = {
        "menu": _menu,
        "visitor": visitor,
        "may": may,
        "office_name": lambda: line().office.get("name", ""),
        "eras": ERA_NAMES,
        "readers": readers,
        "severity_word": severity_word,
        "duty_of": duty_of,
        "when": when_required,
    }
    app.jinja_env.globals.update(shared)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
