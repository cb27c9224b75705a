"""The shapes of what the ledger takes and gives over HTTP."""

from __future__ import annotations

from typing import Final

from api.kept.registers import KINDS
from api.limits import MAX_SEARCH
from api.shapes import BINARY, JSON, NUMBER, PDF, TEXT, TEXTS, Schema, closed, listed, ref
from ledger.papers import STATES
from ledger.persons import ROLES
from ledger.tables.cases import NAME_KINDS, PLACE_KINDS

_OPEN: Final[Schema] = {"type": "object", "additionalProperties": True}
_DAY: Final[Schema] = {"type": "string", "description": "日。2026-04-01 のほか、令和8年4月1日 などの書き方も読みます"}
_PERIOD: Final[dict[str, Schema]] = {"since": TEXT, "until": TEXT}
_TRUTH: Final[Schema] = {"type": "boolean"}


def _asked(needed: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(needed)}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


COMPONENTS: Final[dict[str, Schema]] = {
    "PersonOfCase": _asked(
        ("role",),
        role={"type": "string", "enum": list(ROLES)},
        names=listed(_asked(("kind", "text"), kind={"type": "string", "enum": list(NAME_KINDS)}, text=TEXT, **_PERIOD)),
        places=listed(
            _asked(
                ("kind", "text"),
                kind={"type": "string", "enum": list(PLACE_KINDS)},
                text=TEXT,
                protected=_TRUTH,
                **_PERIOD,
            )
        ),
        birth=TEXT,
        sex=TEXT,
        remarks=TEXT,
        numbers=TEXTS,
    ),
    "NewCase": _asked(
        ("kind",),
        kind={**TEXT, "description": "出典か、出典/事案の種類"},
        opened_on=_DAY,
        number=TEXT,
        title=TEXT,
        facts={**_OPEN, "description": "項目の名前、別名、見出しと値"},
        parties=listed(ref("PersonOfCase")),
        history={**listed(ref("NewEvent")), "description": "ほかで扱ってきた事案の、これまでの出来事と書面（順に）"},
        although={**TEXT, "description": "同じ人の事案があっても、別の事案とする理由"},
    ),
    "OpenedCase": closed(
        {**dict.fromkeys(("case", "number", "kind", "opened_on"), TEXT), "events": TEXTS, "notices": TEXTS}
    ),
    "CaseRow": closed(
        {**dict.fromkeys(("case", "number", "kind", "office", "state", "opened_on"), TEXT), "closed_on": _maybe(TEXT)}
    ),
    "Cases": closed({"cases": listed(ref("CaseRow"))}),
    "KeptCase": closed(
        {
            **dict.fromkeys(("case", "number", "kind", "office", "state", "title", "opened_on"), TEXT),
            "closed_on": _maybe(TEXT),
            "version": NUMBER,
            "revealed": _TRUTH,
            "parties": listed(_OPEN),
            "facts": _OPEN,
            "events": listed(_OPEN),
            "papers": listed(_OPEN),
            "deadlines": listed(ref("Deadline")),
        }
    ),
    "Deadline": {
        "type": "object",
        "required": ["case", "procedure", "due_on", "state", "overdue", "clauses", "next"],
        "properties": {**dict.fromkeys(("case", "number", "office", "procedure", "due_on", "state", "next"), TEXT)},
    },
    "Deadlines": closed({"deadlines": listed(ref("Deadline"))}),
    "NewFacts": _asked(("facts",), facts=_OPEN, since=_DAY),
    "EnteredFacts": closed({"entered": TEXTS}),
    "EnteredParty": closed({"party": TEXT}),
    "NewEvent": {
        "type": "object",
        "required": ["on"],
        "properties": {"on": _DAY, "event": TEXT, "paper": TEXT, "version": NUMBER},
        "description": "出来事（event）か書面（paper）と、その事実。事実の名前は docs/PROCEDURES.md の語彙",
    },
    "CorrectedEvent": _asked(("item", "reason"), item=ref("NewEvent"), reason=TEXT),
    "EnteredEvent": closed({"event": TEXT, "version": NUMBER, "notices": TEXTS}),
    "Reason": _asked(("reason",), reason=TEXT),
    "MaybeReason": _asked((), reason=TEXT),
    "ClosingCase": _asked(("reason",), reason=TEXT, although=TEXT, item=_OPEN),
    "ClosedCase": closed({"case": TEXT, "state": TEXT, "closed_on": TEXT}),
    "PrefilledPaper": closed({"record": _OPEN, "origins": _OPEN}),
    "SearchText": _asked(("text",), text={**TEXT, "maxLength": MAX_SEARCH}),
    "Hits": closed(
        {
            "hits": listed(
                closed(
                    {
                        **dict.fromkeys(
                            ("case", "number", "kind", "office", "state", "opened_on", "role", "name"), TEXT
                        ),
                        "by": TEXTS,
                    }
                )
            )
        }
    ),
    "KeptPaper": {
        "type": "object",
        "required": ["ref", "office", "form", "edition", "state", "rev", "day", "number", "issued_by"],
        "properties": {
            **dict.fromkeys(("ref", "office", "form", "day", "number", "issued_by"), TEXT),
            "edition": NUMBER,
            "rev": NUMBER,
            "state": {"type": "string", "enum": list(STATES)},
            "steps": listed(_OPEN),
        },
    },
    "KeptPapers": closed({"papers": listed(ref("KeptPaper"))}),
    "JudgedPaper": {
        "type": "object",
        "required": ["paper", "verdict", "findings"],
        "properties": {"paper": TEXT, "verdict": TEXT, "findings": listed(ref("Finding")), "number": TEXT},
    },
    "ConfirmedWarning": _asked(("clause", "reason"), clause=TEXT, reason=TEXT),
    "Approval": _asked((), oral_on=_DAY, reason=TEXT),
    "Delivery": _asked(("on",), on=TEXT, way=TEXT, to=TEXT, failed=TEXT),
    "Receiver": _asked(("receiver", "purpose"), receiver=TEXT, purpose=TEXT),
    "Verified": closed(
        {
            "known": _TRUTH,
            **dict.fromkeys(("paper", "number", "form", "day", "state", "kind"), _maybe(TEXT)),
            "unchanged": _TRUTH,
            "stands": _TRUTH,
            "same_again": _maybe(_TRUTH),
            "differs": TEXTS,
        }
    ),
    "Registers": closed({"registers": listed(closed(dict.fromkeys(("slug", "title", "source"), TEXT)))}),
    "KeptRegister": closed(
        {
            **dict.fromkeys(("register", "title", "office", "month", "as_of", "closed_on"), TEXT),
            "columns": listed(closed({"name": TEXT, "label": TEXT})),
            "rows": listed(closed({**dict.fromkeys(("ref", "day", "case", "mark"), TEXT), "values": _OPEN})),
        }
    ),
    "NewEntry": _asked(("values",), on=_DAY, values={"type": "object", "additionalProperties": TEXT}),
    "CorrectedEntry": _asked(
        ("values", "reason"), reason=TEXT, values={"type": "object", "additionalProperties": TEXT}
    ),
    "EnteredEntry": closed({"entry": TEXT}),
    "Month": _asked(("month",), month={**TEXT, "pattern": "^[0-9]{4}-[0-9]{2}$"}),
    "RegisterExport": _asked(
        ("receiver", "purpose"),
        receiver=TEXT,
        purpose=TEXT,
        month=TEXT,
        kind={"type": "string", "enum": list(KINDS)},
    ),
    "NewHandover": _asked(
        ("case", "kind", "fields", "expires_on"),
        **dict.fromkeys(("case", "kind", "to", "receiver", "consent_by", "reason"), TEXT),
        fields=TEXTS,
        expires_on=_DAY,
        consent_on=_DAY,
    ),
    "Offered": closed({"handover": TEXT}),
    "Handover": {
        "type": "object",
        "required": ["ref", "case", "kind", "state", "from", "to", "fields", "basis", "expires_on", "expired"],
        "properties": {
            **dict.fromkeys(("ref", "case", "kind", "state", "from", "to", "basis", "expires_on"), TEXT),
            "fields": TEXTS,
            "expired": _TRUTH,
            "copy": _OPEN,
        },
    },
    "Handovers": closed({"handovers": listed(ref("Handover"))}),
}


def _json(name: str) -> dict[str, Schema]:
    return {JSON: ref(name)}


ANSWERS: Final[dict[str, tuple[str, dict[str, Schema]]]] = {
    "kept_cases.index": ("200", _json("Cases")),
    "kept_cases.new": ("201", _json("OpenedCase")),
    "kept_cases.show": ("200", _json("KeptCase")),
    "kept_cases.facts": ("200", _json("EnteredFacts")),
    "kept_cases.parties": ("201", _json("EnteredParty")),
    "kept_cases.tell": ("201", _json("EnteredEvent")),
    "kept_cases.correct": ("201", _json("EnteredEvent")),
    "kept_cases.retract": ("200", _json("EnteredEvent")),
    "kept_cases.check": ("200", _json("JudgedCase")),
    "kept_cases.close": ("200", _json("ClosedCase")),
    "kept_cases.filled": ("200", _json("PrefilledPaper")),
    "kept_cases.search": ("200", _json("Hits")),
    "kept_cases.deadlines": ("200", _json("Deadlines")),
    "kept_papers.index": ("200", _json("KeptPapers")),
    "kept_papers.draft": ("201", _json("JudgedPaper")),
    **{f"kept_papers.{act}": ("200", _json("JudgedPaper")) for act in ("check", "issue")},
    **{
        f"kept_papers.{act}": ("200", _json("KeptPaper"))
        for act in ("show", "confirm", "approve", "give_back", "hand_over", "void")
    },
    "kept_papers.file": ("200", {"*/*": BINARY}),
    "kept_papers.again": ("200", {PDF: BINARY}),
    "kept_papers.held_against": ("200", _json("Verified")),
    "kept_registers.index": ("200", _json("Registers")),
    "kept_registers.show": ("200", _json("KeptRegister")),
    "kept_registers.add": ("201", _json("EnteredEntry")),
    "kept_registers.correct": ("201", _json("EnteredEntry")),
    "kept_registers.close": ("200", _json("KeptRegister")),
    "kept_registers.export": ("200", dict.fromkeys(KINDS.values(), BINARY)),
    "kept_handovers.index": ("200", _json("Handovers")),
    "kept_handovers.new": ("201", _json("Offered")),
    "kept_handovers.show": ("200", _json("Handover")),
    "kept_handovers.answer": ("200", _json("Handover")),
}
BODIES: Final[dict[str, dict[str, Schema]]] = {
    "kept_cases.new": _json("NewCase"),
    "kept_cases.facts": _json("NewFacts"),
    "kept_cases.parties": _json("PersonOfCase"),
    "kept_cases.tell": _json("NewEvent"),
    "kept_cases.correct": _json("CorrectedEvent"),
    "kept_cases.retract": _json("Reason"),
    "kept_cases.close": _json("ClosingCase"),
    "kept_cases.search": _json("SearchText"),
    "kept_papers.draft": _json("Record"),
    "kept_papers.confirm": _json("ConfirmedWarning"),
    "kept_papers.approve": _json("Approval"),
    "kept_papers.give_back": _json("Reason"),
    "kept_papers.hand_over": _json("Delivery"),
    "kept_papers.void": _json("Reason"),
    "kept_papers.file": _json("Receiver"),
    "kept_papers.again": _json("Receiver"),
    "kept_papers.held_against": {"application/octet-stream": BINARY},
    "kept_registers.add": _json("NewEntry"),
    "kept_registers.correct": _json("CorrectedEntry"),
    "kept_registers.close": _json("Month"),
    "kept_registers.export": _json("RegisterExport"),
    "kept_handovers.new": _json("NewHandover"),
    "kept_handovers.answer": _json("MaybeReason"),
}


def _query(name: str, said: str, **schema: object) -> Schema:
    return {"name": name, "in": "query", "schema": {"type": "string", **schema}, "description": said}


_LIMIT: Final = _query("limit", "何件まで（1から200）", type="integer", minimum=1, maximum=200)
PARAMETERS: Final[dict[str, list[Schema]]] = {
    "kept_cases.index": [
        _query("state", "状態", enum=["", "open", "closed"]),
        _query("after", "前の一覧の最後の事案"),
        _LIMIT,
    ],
    "kept_cases.show": [_query("why", "秘匿の値も見る理由（記録に残ります）")],
    "kept_cases.check": [_query("as_of", "基準日"), _query("source", "この出典の手続だけ")],
    "kept_cases.filled": [_query("on", "書面の日")],
    "kept_cases.deadlines": [
        _query("days", "何日先まで", type="integer", minimum=1, maximum=36500),
        _query("case", "この事案のもの"),
    ],
    "kept_papers.index": [_query("state", "状態", enum=["", *STATES]), _LIMIT],
    "kept_registers.show": [_query("month", "月（2026-04）"), _query("by", "並べる欄")],
}
