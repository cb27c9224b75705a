"""Promise: what docs/API.md promises under /api/v1 stays: routes, parameters, fields given; nothing more is required.

What is added is written down by `python -m tests.contract.test_api_contract`, which takes nothing away.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from api import create_app
from ledger.api_keys import SCOPES, make_api_key
from ledger.engine import open_ledger
from ledger.offices import save_office
from ledger.outbox import KINDS
from ledger.types import Instant
from tests.api.signed_in import ACTOR, Clock
from tests.rulebooks import OURS

HERE = Path(__file__).parent / "api.yaml"
_YEAR = 365 * 24 * 3600 * 1_000_000
Told = dict[str, dict[str, list[str]]]


def page_of(folder: Path) -> dict[str, Any]:
    """Return the OpenAPI page of a service with a ledger, as a key sees it."""
    with open_ledger(folder / "ledger", clock=Clock()) as kept:
        save_office(kept, ACTOR, "shiomi", "汐見県汐見警察署", kind="station", told={}, from_on="2026-04-01")
        until = Instant(kept.now() + _YEAR)
        _, secret = make_api_key(kept, ACTOR, "相談", "shiomi", [*SCOPES], until=until)
        client = create_app(rules=OURS, trust_host=True, ledger=kept).test_client()
        found: dict[str, Any] = client.get("/openapi.json", headers={"Authorization": f"Bearer {secret}"}).json or {}
        return found


def told_by(page: dict[str, Any]) -> Told:
    """Return what of a page is promised: of each operation its parameters, what it asks for and gives, by name."""
    held: Told = {"webhooks": {"kinds": sorted(KINDS)}}
    for path, operations in page["paths"].items():
        for method, operation in operations.items():
            asked = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            good = next(told for status, told in operation["responses"].items() if status.startswith("2"))
            of = {
                "takes": sorted(each["name"] for each in operation.get("parameters", ())),
                "required": sorted(_resolved(page, asked).get("required", ())),
                "gives": sorted(_names(page, good.get("content", {}).get("application/json", {}).get("schema", {}))),
                "kinds": sorted(good.get("content", {})),
            }
            held[f"{method.upper()} {path}"] = {name: told for name, told in of.items() if told}
    return held


def _resolved(page: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return page["components"]["schemas"][name] if name else schema


def _names(page: dict[str, Any], schema: dict[str, Any], within: str = "", seen: tuple[str, ...] = ()) -> set[str]:
    """Return the names of all fields of an answer, with those they lie in."""
    if (name := schema.get("$ref", "")) in seen:
        return set()
    seen, schema = (*seen, name) if name else seen, _resolved(page, schema)
    names = _names(page, schema["items"], within, seen) if "items" in schema else set()
    for field, of in schema.get("properties", {}).items():
        names |= {f"{within}{field}", *_names(page, of, f"{within}{field}.", seen)}
    return names


def test_nothing_promised_is_taken_away_and_nothing_more_is_required(tmp_path: Path) -> None:
    held: Told = yaml.safe_load(HERE.read_text("utf-8"))
    now = told_by(page_of(tmp_path))
    assert len(held) > 40
    for name, promised in held.items():
        stands = now.get(name)
        assert stands is not None, f"{name} is gone"
        for what in ("takes", "gives", "kinds"):
            assert set(promised.get(what, ())) <= set(stands.get(what, ())), (name, what)
        assert set(stands.get("required", ())) <= set(promised.get("required", ())), f"{name} asks for more"
    assert set(now) <= set(held), "new: python -m tests.contract.test_api_contract"


def write() -> None:
    """Add what is new to what is held."""
    held: Told = yaml.safe_load(HERE.read_text("utf-8")) if HERE.exists() else {}
    with TemporaryDirectory() as folder:
        for name, stands in told_by(page_of(Path(folder))).items():
            before = held.get(name)
            held[name] = (
                stands
                if before is None
                else before
                | {
                    what: sorted({*before.get(what, ()), *stands.get(what, ())})
                    for what in ("takes", "gives", "kinds")
                    if what in before or what in stands
                }
            )
    HERE.write_text(yaml.safe_dump(held, allow_unicode=True, width=200, default_flow_style=None), encoding="utf-8")


if __name__ == "__main__":
    write()
