"""The shapes of what the API takes and gives, as JSON Schema: one entry a component, one row an answer."""

from __future__ import annotations

from typing import Any, Final, get_args

from api.jobs import State
from validators.histories.procedure import STATES
from validators.labels import VERDICT_LABELS
from validators.model import FACES, FURTHER, Severity

Schema = dict[str, Any]

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON: Final = "application/json"

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}
TEXTS: Final[Schema] = {"type": "array", "items": TEXT}
NAMES: Final[Schema] = {"type": "object", "additionalProperties": TEXT}  # kind of file → name, digest or content
BINARY: Final[Schema] = {"type": "string", "format": "binary"}
COPIES: Final[Schema] = {"type": "array", "items": {"type": "string", "enum": list(FURTHER)}}
VERDICT: Final[Schema] = {"type": "string", "enum": list(VERDICT_LABELS)}


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def closed(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_DAY_OR_NONE: Final[Schema] = {"type": ["string", "null"], "format": "date"}
_SUMMARY: Final[dict[str, Schema]] = {
    "slug": TEXT,
    "title": TEXT,
    "number": TEXT,
    "edition": NUMBER,
    "authority": TEXT,
    "legal_basis": TEXT,
    "face": {"type": "string", "enum": sorted(FACES)},
    "audience": TEXTS,
    "effective": closed({"basis": TEXT, "from": _DAY_OR_NONE, "until": _DAY_OR_NONE}),
    "clauses": TEXTS,
}
_RECORD: Final[dict[str, Schema]] = {
    "form": TEXT,
    "record": {**TEXT, "maxLength": 100, "description": "整理番号。ファイル名にもなります"},
    "data": {"type": "object", "description": "項目名と値。様式ごとの形は /api/v1/forms/{slug}/schema"},
    "case": {
        **TEXT,
        "maxLength": 100,
        "description": "事案番号。全角・半角、大文字・小文字、ハイフンの違いは問いません",
    },
    "office": {
        **NAMES,
        "description": "所属の設定。入口で決めたものより優先します。人がサインインする仕組みでは、所属の設定にない職名などだけを補います",
    },
    "confirmations": listed(ref("Confirmation")),
}
_BATCH: Final[dict[str, Schema]] = {
    "id": TEXT,
    "state": {"type": "string", "enum": list(get_args(State))},
    "done": NUMBER,
    "total": NUMBER,
    "doing": TEXT,
    "sent_at": _MOMENT,
    "expires_at": {"type": ["string", "null"], "format": "date-time", "description": "結果を置く期限"},
    "error": TEXT,
}

COMPONENTS: Final[dict[str, Schema]] = {
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "code": TEXT,
            "verdict": VERDICT,
            "findings": listed(ref("Finding")),
        },
    },
    "Finding": closed(
        {
            "severity": {"type": "string", "enum": list(get_args(Severity))},
            "clauses": TEXTS,
            **dict.fromkeys(("form", "record", "path", "label", "cell", "message", "supervisor"), TEXT),
            "citation": TEXT,
            "law_as_of": TEXT,
            "status": {"type": "string", "enum": ["breach", "undetermined", "broken"]},
            "code": TEXT,
            "confirmed_by": TEXT,
        }
    ),
    "History": {
        "type": "object",
        "required": ["history"],
        "properties": {
            "id": TEXT,
            "as_of": {"type": "string", "format": "date"},
            "history": listed(
                {
                    "type": "object",
                    "required": ["on"],
                    "properties": {"on": TEXT, "event": TEXT, "paper": TEXT},
                    "description": "出来事（event）か書面（paper）と、その日（on）、事実",
                }
            ),
        },
    },
    "JudgedCase": closed({"id": TEXT, "findings": listed(ref("CaseFinding")), "notices": TEXTS}),
    "CaseFinding": closed(
        {
            "procedure": TEXT,
            "state": {"type": "string", "enum": list(STATES)},
            "due_on": _DAY_OR_NONE,
            "clauses": TEXTS,
            "message": TEXT,
            "next": TEXT,
            "severity": {"type": "string", "enum": list(get_args(Severity))},
            "citation": TEXT,
        }
    ),
    "Confirmation": closed({"clause": TEXT, "by": TEXT, "reason": TEXT}),
    "Record": {
        "oneOf": [
            {
                "type": "object",
                "required": ["data"],
                "properties": {
                    **_RECORD,
                    "papers": {**listed(ref("Paper")), "description": "同じ事案のほかの記載データ（200件まで）"},
                },
            },
            {"type": "object", "not": {"required": ["data"]}, "description": "data の中身だけ（項目名と値）"},
        ]
    },
    "Paper": {"type": "object", "required": ["form", "data"], "properties": _RECORD},
    "Call": {
        "type": "object",
        "required": ["id", "kind", "at", "refs"],
        "properties": {"id": TEXT, "kind": TEXT, "at": _MOMENT, "refs": NAMES},
        "description": "ほかの仕組みへの知らせ（参照の番号だけ。docs/API.md）",
    },
    "FormSummary": closed(_SUMMARY),
    "Form": closed({**_SUMMARY, "fields": listed(ref("Field")), "schema": {"type": "object"}}),
    "Field": {
        "type": "object",
        "required": ["name", "label", "type", "required", "sensitivity", "printed", "clauses", "options", "fields"],
        "properties": {
            "name": TEXT,
            "label": TEXT,
            "type": TEXT,
            "required": {"oneOf": [{"type": "boolean"}, closed({"when": TEXT})]},
            "sensitivity": TEXT,
            "printed": {"type": "boolean"},
            "clauses": TEXTS,
            "options": NAMES,
            "fields": listed(ref("Field")),
        },
    },
    "Checked": closed({"records": NUMBER, "verdict": VERDICT, "findings": listed(ref("Finding"))}),
    "Document": closed(
        {
            "form": TEXT,
            "record": TEXT,
            "edition": NUMBER,
            "law_as_of": {"type": "string", "format": "date"},
            "pages": NUMBER,
            "findings": listed(ref("Finding")),
            "files": {**NAMES, "description": "pdf、docx、pdf-副本など → 内容（Base64）"},
        }
    ),
    "Batches": closed({"batches": listed(closed(_BATCH, optional=("error",)))}),
    "Batch": closed(
        {
            **_BATCH,
            "verdicts": {"type": "object", "additionalProperties": NUMBER},
            "next_steps": TEXTS,
            "notices": TEXTS,
            "input_findings": listed(ref("Finding")),
            "results": TEXTS,
            "documents": listed(closed({"record": TEXT, "form": TEXT, "title": TEXT, "files": NAMES})),
        },
        optional=("error", "verdicts", "next_steps", "notices", "input_findings", "results", "documents"),
    ),
}

# view → status and media type of each answer that is no problem
ANSWERS: Final[dict[str, tuple[str, dict[str, Schema]]]] = {
    "forms.forms": ("200", {JSON: listed(ref("FormSummary"))}),
    "forms.form": ("200", {JSON: ref("Form")}),
    "forms.schema": ("200", {"application/schema+json": {"type": "object"}}),
    "forms.check": ("200", {JSON: ref("Checked")}),
    "forms.documents": ("200", {PDF: BINARY, DOCX: BINARY, JSON: ref("Document")}),
    "cases.judge": ("200", {JSON: ref("JudgedCase")}),
    "batches.create": ("202", {JSON: ref("Batch")}),
    "batches.index": ("200", {JSON: ref("Batches")}),
    "batches.watch": ("200", {JSON: ref("Batch")}),
    "batch_events.events": ("200", {"text/event-stream": TEXT}),
    "batches.cancel": ("200", {JSON: ref("Batch")}),
    "batches.delete": ("204", {}),
    "batches.fetch": ("200", {"*/*": BINARY}),
    "batches.document": ("200", {PDF: BINARY, DOCX: BINARY}),
}
# view → what it takes, by media type
BODIES: Final[dict[str, dict[str, Schema]]] = {
    "forms.check": {JSON: ref("Record")},
    "forms.documents": {JSON: ref("Record")},
    "cases.judge": {JSON: ref("History")},
    "batches.create": {
        "multipart/form-data": {"type": "object", "required": ["file"], "properties": {"file": BINARY, "copy": COPIES}},
        JSON: {"oneOf": [listed(ref("Paper")), ref("Paper")]},
    },
}
_COPY: Final[Schema] = {"name": "copy", "in": "query", "schema": COPIES, "description": "もう一部ほしいときの印"}
_ON: Final[Schema] = {
    "name": "on",
    "in": "query",
    "schema": {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\d)?$"},
    "description": "この日に使う版（省けば最新の版）",
}
# what wraps a view says which it heeds (api/heeding.py)
HEADERS: Final[dict[str, Schema]] = {
    name: {"name": name, "in": "header", "schema": schema, "description": said}
    for name, schema, said in (
        (
            "Idempotency-Key",
            {"type": "string", "pattern": "^[!-~]{1,200}$"},
            "同じ呼出しを送り直しても一度しか行わないための値",
        ),
        ("If-None-Match", TEXT, "前の答えの ETag（変わっていなければ 304）"),
        ("If-Match", TEXT, "読んだときの ETag（その後に変わっていれば 412 で、何もしない）"),
    )
}
_SOURCE: Final[Schema] = {
    "name": "source",
    "in": "query",
    "schema": TEXTS,
    "description": "この出典の手続だけ（省けばすべて）",
}
_AS_OF: Final[Schema] = {
    "name": "as_of",
    "in": "query",
    "schema": TEXT,
    "description": "基準日（2026-04-01 のほか、令和8年4月1日 などの書き方も読みます。本文に as_of があれば、そちら）",
}
_LAST_SEEN: Final[Schema] = {
    "name": "Last-Event-ID",
    "in": "header",
    "schema": TEXT,
    "description": "前に受けた最後の知らせの id（その先だけを知らせ、終わりを知らせてあれば 204）",
}
# view → parameters beside those of the path
PARAMETERS: Final[dict[str, list[Schema]]] = {
    "forms.form": [_ON],
    "forms.schema": [_ON],
    "forms.documents": [_COPY],
    "cases.judge": [_SOURCE, _AS_OF],
    "batches.create": [_COPY],
    "batch_events.events": [_LAST_SEEN],
}
# view → what its answer leads to
LINKS: Final[dict[str, dict[str, Schema]]] = {
    "batches.create": {
        name: {"operationId": f"batches.{name}", "parameters": {"key": "$response.body#/id"}, "description": said}
        for name, said in (
            ("watch", "どこまで進んだかと、終わった後の結果の一覧"),
            ("cancel", "取りやめ"),
            ("delete", "結果ごと消すこと"),
        )
    }
}
