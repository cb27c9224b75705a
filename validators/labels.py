"""What people read for the words of the code: one table each, for the command line, reports, pages and workbooks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from validators.histories.procedure import CaseState
    from validators.model import Severity
    from validators.review import Ending

SEVERITY_LABELS: Final[dict[Severity, str]] = {"error": "発行しない", "warning": "要確認", "info": "お知らせ"}
SEVERITY_MARKS: Final[dict[Severity, str]] = {"error": "×", "warning": "△", "info": "・"}
# in the workbook that a clerk mends
SEVERITY_REQUESTS: Final[dict[Severity, str]] = {
    "error": "直してください",
    "warning": "確かめてください",
    "info": "お知らせ",
}

VERDICT_LABELS: Final[dict[Ending, str]] = {
    "issued": "発行済",
    "checked": "発行できます",
    "refused": "発行しない",
    "waiting": "要確認",
    "failed": "処理できず",
}

# what is wrong with a procedure of a case
STATE_LABELS: Final[dict[CaseState, str]] = {
    "missing": "していない",
    "late": "遅れた",
    "out-of-order": "順序が違う",
    "misrouted": "宛先・経由・方法が違う",
    "incomplete": "足りないものがある",
    "forbidden": "できないことをした",
    "due": "これからすること",
}

# a case given to somebody, or a part of it: which way, and how it stands
HANDOVER_LABELS: Final = {
    "transfer": "移送",
    "referral": "紹介",
    "request": "措置の依頼",
    "offered": "申入れ中",
    "accepted": "受諾",
    "rejected": "拒否",
    "done": "終了",
    "withdrawn": "取下げ",
}

AUDIENCE_LABELS: Final = {
    "applicant": "申出人・申立人",
    "respondent": "相手方",
    "court": "裁判所",
    "police": "警察",
    "centre": "支援センター",
    "prison": "刑事施設等",
    "public": "一般",
}

# The office profile: key → label, in the entry workbook's sheet 所属 as in messages.
OFFICE_LABELS: Final = {
    "name": "所属名",
    "chief_title": "所属長の職名",
    "chief_name": "所属長の階級・氏名",
    "prefecture": "都道府県",
    "headquarters_chief": "本部長の職名",
    "division": "担当課",
    "symbol": "文書記号",
}
_EARLIER = {  # words of workbooks and settings that offices keep
    "長の職名": "chief_title",
    "長の階級・氏名": "chief_name",
    "所属長の氏名": "chief_name",
    "都道府県名": "prefecture",
    "課名": "division",
}
# Every word for a key of the profile that is accepted where one is entered.
OFFICE_WORDS: Final = {
    **{key: key for key in OFFICE_LABELS},
    **{label: key for key, label in OFFICE_LABELS.items()},
    **_EARLIER,
}
