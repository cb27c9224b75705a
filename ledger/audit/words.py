"""What the audit tells, in words: each type, the groups people ask for, and the fields. One table each; a test holds them whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# a group's key → its word, and its types in words; every type stands in one group
GROUPS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "cases": (
        "事案",
        {
            "case.opened": "事案を作った",
            "case.party": "当事者を記録した",
            "case.facts": "事柄を記録した",
            "case.touched": "事案が変わった",
            "case.closed": "事案を終結した",
            "case.reopened": "終結した事案を開いた",
            "case.access-given": "知ってよい範囲に加えた",
            "case.access-ended": "知ってよい範囲から外した",
        },
    ),
    "seen": (
        "見たこと・さがしたこと",
        {
            "case.searched": "事案をさがした",
            "case.revealed": "伏せている値を見た",
            "paper.read": "文書の内容を見た",
            "handover.read": "引継ぎの写しを読んだ",
            "register.read": "帳簿を見た",
        },
    ),
    "given": (
        "外へ出したこと",
        {
            "paper.exported": "文書のファイルを渡した",
            "register.exported": "帳簿を書き出した",
            "deadlines.sent": "期限の一覧を送った",
        },
    ),
    "events": ("出来事", {"event.told": "出来事を記録した", "law.worked": "法令により起きたことを記録した"}),
    "deadlines": ("期限", {"deadlines.computed": "期限を計算し直した"}),
    "papers": (
        "文書・番号",
        {
            "paper.drafted": "文書を書いた",
            "paper.joined": "控えを、後から登録した事案に加えた",
            "paper.moved": "文書を次へ進めた",
            "paper.confirmed": "要確認を確かめた",
            "paper.confirmation-lapsed": "確かめた内容が変わった",
            "paper.issued": "文書を発行した",
            "paper.voided": "文書を取り消した",
            "paper.verified": "文書を検証した",
            "number.given": "番号を付けた",
            "number.voided": "番号を取り消した",
            "series.begun": "番号の系列を始めた",
            "series.closed": "番号の年を締めた",
        },
    ),
    "batches": (
        "一括処理",
        {
            "batch.taken": "ファイルを受け取った",
            "batch.moved": "一括処理が進んだ",
            "batch.leased": "一括処理を始めた",
            "batch.fates": "一括処理の結果を残した",
        },
    ),
    "handovers": (
        "引継ぎ",
        {
            "handover.offered": "引継ぎを申し入れた",
            "handover.moved": "引継ぎに答えた・終えた",
            "handover.expired": "引継ぎの期限が過ぎた",
        },
    ),
    "registers": ("帳簿", {"register.entered": "帳簿に記載した", "register.closed": "帳簿の月を締めた"}),
    "people": (
        "利用者・鍵",
        {
            "sign-in.done": "サインインした",
            "sign-in.ended": "サインアウトした",
            "sign-in.failed": "サインインできなかった",
            "person.added": "利用者を加えた",
            "person.password": "パスワードを変えた",
            "person.second-factor": "確認の番号を変えた",
            "person.outside": "外部のサインインの名前を変えた",
            "person.unlocked": "鍵を開けた",
            "role.given": "役割を加えた",
            "role.ended": "役割を終えた",
            "api-key.made": "ほかの仕組みの鍵を作った",
            "api-key.revoked": "ほかの仕組みの鍵を取り消した",
        },
    ),
    "offices": ("所属", {"office.met": "所属を加えた", "office.saved": "所属の設定を残した"}),
    "keeping": (
        "保存・廃棄",
        {
            "case.kept-until": "保存期間を定めた",
            "case.held": "廃棄を止めた",
            "case.released": "廃棄の止めを外した",
            "case.destroyed": "事案を廃棄した",
            "ledger.backed-up": "控えを取った",
            "ledger.restored": "控えから戻した",
        },
    ),
    "ledger": (
        "台帳・監査記録",
        {
            "ledger.created": "台帳を作った",
            "ledger.migrated": "台帳の版を上げた",
            "rows.kept": "台帳の行を書いた",
            "key.taken": "台帳の鍵を定めた",
            "key.rewrapped": "台帳の鍵を替えた",
            "key.renewed": "データの鍵を替えた",
            "key.retired": "古い鍵を捨てた",
            "key.index": "さがすための鍵を替えた",
            "audit.read": "監査記録を見た",
            "audit.verified": "記録のつながりを確かめた",
            "audit.digest": "一日の要約を作った",
        },
    ),
}
TYPES: Final[dict[str, str]] = {name: word for _, types in GROUPS.values() for name, word in types.items()}

FIELDS: Final[dict[str, str]] = {
    "after": "後",
    "again": "再び",
    "alike": "同じ人の事案",
    "at": "日時",
    "basis": "根拠",
    "batch": "一括処理",
    "before": "前",
    "began": "始まった期限",
    "by": "さがした値の種類",
    "by_hand": "手で付けた",
    "case": "事案",
    "certificate": "廃棄証明",
    "clause": "条項",
    "clauses": "条項",
    "corrects": "訂正する行",
    "count": "件数",
    "day": "日付",
    "destruction": "廃棄",
    "digest": "要約値",
    "ended": "終わった期限",
    "entry": "行",
    "epoch": "代",
    "event": "出来事",
    "expires_on": "期限の日",
    "export": "書出し",
    "facts": "事柄",
    "fence": "順",
    "fields": "項目",
    "findings": "指摘の数",
    "form": "様式",
    "from_on": "始まりの日",
    "gone": "なくなった行",
    "handover": "引継ぎ",
    "head": "先頭の値",
    "hold": "止め",
    "holder": "持つもの",
    "kept": "守られた期限",
    "key": "鍵",
    "kind": "種類",
    "known": "この台帳の文書",
    "late": "遅れた期限",
    "ledger": "台帳",
    "locked": "錠がかかった",
    "month": "月",
    "moved": "動いた期限",
    "n": "番",
    "next": "次の番",
    "number": "番号",
    "office": "所属",
    "on": "使う",
    "once": "一度だけ使える",
    "origin": "元",
    "paper": "文書",
    "papers": "文書の数",
    "party": "当事者",
    "period": "年・年度",
    "plan": "予行",
    "records": "記載データの数",
    "register": "帳簿",
    "reopened": "戻った期限",
    "replaced_by": "差し替えた文書",
    "reprint": "写し",
    "rev": "版",
    "role": "役割・立場",
    "rows": "行",
    "scopes": "できること",
    "second": "二人目",
    "section": "範囲",
    "seq": "番",
    "seq_from": "始めの番",
    "seq_to": "終わりの番",
    "series": "系列",
    "shown": "出た事案",
    "size": "大きさ",
    "sound": "欠けがない",
    "start": "始めの番",
    "state": "状態",
    "supersedes": "直した元",
    "times": "回",
    "to": "相手",
    "units": "組の数",
    "until": "終わり",
    "version": "事案の版",
    "way": "方法",
    "who": "利用者",
    "why": "理由",
}


def said(fields: Mapping[str, Any]) -> str:
    """Return what an entry tells, its fields named in words; of many rows their number alone."""
    return "　".join(f"{FIELDS.get(name, name)} {_value(value)}" for name, value in fields.items() if not _blank(value))


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "はい" if value else "いいえ"
        case dict():
            return f"{len(value)}件"
        case list() | tuple():
            return "、".join(map(str, value))
    return str(value)
