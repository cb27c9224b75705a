"""Promise: what happens is told the systems an administrator let in, signed, once it is written and not before, and tells of nobody."""

from __future__ import annotations

import base64
import json
import re
import time
from datetime import timedelta
from functools import partial
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from api.hooks.addresses import NETWORKS, NowhereError, networks_from, target_of, weigh
from api.hooks.courier import Courier, courier_from, running
from app import main
from ledger import cases, entering, events, hooks
from ledger.audit.reading import read_audit
from ledger.cases import CaseTold
from ledger.hooks import KEPT_SECONDS, all_hooks, end_hook, given_up, make_hook, send_again
from ledger.outbox import KINDS
from ledger.write import write
from samples.client.yoshiki_client import received
from tests.api.hooks_receiver import NAME, Receiver
from tests.api.signed_in import ACTOR, Clock, sign_in, token
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from ledger.engine import Ledger
    from ledger.write import Writing

HERE = (ip_network("127.0.0.0/8"),)
EVENT = {"on": "2026-03-20", "event": "request_received", "kind": "warning"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


def let_in(kept: Ledger, url: str, office: str = "shiomi", kinds: tuple[str, ...] = tuple(KINDS)) -> str:
    return make_hook(kept, ACTOR, label="相談システム", office_code=office, kinds=kinds, url=url)


def opened(kept: Ledger, office: str = "shiomi", number: str = "汐見-1") -> str:
    told = CaseTold(office=office, kind="kanagawa-stalker", opened_on="2026-03-20", number=number)
    return cases.open_case(kept, OURS, ACTOR, told).ref


def test_what_happens_is_told_signed_and_tells_of_nobody(kept: Ledger, receiver: Receiver) -> None:
    """Kind and refs, as Standard Webhooks signs them; each once."""
    ref = let_in(kept, f"http://127.0.0.1:{receiver.port}/in?from=yoshiki")
    case = opened(kept)
    entering.tell_facts(kept, OURS, ACTOR, case, {"applicant_name": "架空　花子"}, day="2026-03-20")
    entered = events.tell(kept, OURS, ACTOR, case, EVENT)
    courier = Courier(kept, HERE)
    came = courier.round()
    assert came == {"sent": len(receiver.calls)}
    assert courier.round() == {}
    told = [json.loads(each.body) for each in receiver.calls]
    assert {"case.opened", "case.facts", "event.told"} <= {each["kind"] for each in told}
    assert {"case": case, "event": entered.ref} in [each["refs"] for each in told]
    for each in told:
        assert {*each} == {"id", "kind", "at", "refs"}
        assert all(re.fullmatch("[0-9a-z]{26}", value) for value in each["refs"].values())
        assert each["at"] == "2026-04-01T09:00:00+09:00"
    (hook,) = all_hooks(kept)
    for call in receiver.calls:
        assert call.path == "/in?from=yoshiki"
        assert received(hook.secret, call.headers, call.body) == json.loads(call.body)
        for forged in (
            {"body": call.body.replace(b"case", b"cose")},
            {"secret": "whsec_" + base64.b64encode(bytes(32)).decode()},
            {"headers": {**call.headers, "webhook-id": "x"}},
            {"headers": {**call.headers, "webhook-timestamp": str(int(call.headers["webhook-timestamp"]) - 1)}},
            {"now": time.time() + 301},
        ):
            sent: dict[str, Any] = {"secret": hook.secret, "headers": call.headers, "body": call.body, **forged}
            with pytest.raises(ValueError, match=r"signed|old"):
                received(**sent)
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == len(receiver.calls)
    assert hook.secret not in repr(hook)
    assert hook.ref == ref


def test_what_is_undone_is_not_told_and_what_was_not_asked_or_is_anothers_neither(
    kept: Ledger, receiver: Receiver
) -> None:
    url = f"http://127.0.0.1:{receiver.port}/"
    let_in(kept, url, kinds=("event.told",))
    opened(kept, office="todai")
    case = opened(kept)
    with pytest.raises(InputError):
        events.tell(kept, OURS, ACTOR, case, {**EVENT, "event": "no such thing"})

    def broken(writing: Writing) -> None:
        events.append(writing, kept, OURS, 1, EVENT)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(kept, ACTOR, broken)
    assert Courier(kept, HERE).round() == {}
    events.tell(kept, OURS, ACTOR, case, EVENT)
    assert Courier(kept, HERE).round() == {"sent": 1}
    assert [json.loads(each.body)["refs"]["case"] for each in receiver.calls] == [case]


def test_what_is_not_taken_is_tried_again_later_each_time_and_given_up_at_the_end(
    kept: Ledger, receiver: Receiver, clock: Clock
) -> None:
    """A redirect is not followed; what was given up is seen, sent again by an administrator, forgotten after a month."""
    let_in(kept, f"http://127.0.0.1:{receiver.port}/", kinds=("case.opened",))
    opened(kept)
    receiver.status, receiver.location = 307, f"http://127.0.0.1:{receiver.port}/elsewhere"
    courier, waited = Courier(kept, HERE), [clock.at]
    while courier.round() == {"waiting": 1}:
        assert courier.round() == {}  # not before its time
        while not hooks.due_now(kept, 1):
            clock.at += timedelta(minutes=30)
        waited.append(clock.at)
    pauses = [(after - before).total_seconds() for before, after in pairwise(waited)]
    assert pauses == sorted(pauses)
    assert len(receiver.calls) == len(waited) == 8
    assert {each.path for each in receiver.calls} == {"/"}
    assert len({each.headers["webhook-id"] for each in receiver.calls}) == 1
    (lost,) = given_up(kept)
    assert (lost.outcome, lost.tries, lost.kind) == ("307", 8, "case.opened")
    receiver.status, receiver.location = 204, ""
    send_again(kept, ACTOR, lost.ref)
    assert courier.round() == {"sent": 1}
    with pytest.raises(InputError):
        send_again(kept, ACTOR, lost.ref)
    assert courier.tidy() == 0
    clock.at += timedelta(seconds=KEPT_SECONDS + 1)
    assert courier.tidy() == 1
    outcomes = [each.fields["state"] for each in read_audit(kept, ACTOR, kind="hook.tried")]
    assert outcomes == ["sent", "dead", *["waiting"] * 7]


def test_who_wants_nothing_more_or_was_ended_is_told_nothing_more(kept: Ledger, receiver: Receiver) -> None:
    first = let_in(kept, f"http://127.0.0.1:{receiver.port}/", kinds=("case.opened",))
    receiver.status = 410
    opened(kept)
    assert Courier(kept, HERE).round() == {"dead": 1}
    opened(kept, number="汐見-2")
    end_hook(kept, ACTOR, first)
    assert Courier(kept, HERE).round() == {}
    opened(kept, number="汐見-3")
    (kept_hook,) = all_hooks(kept)
    assert (kept_hook.waiting, kept_hook.dead) == (0, 2)
    with pytest.raises(InputError):
        end_hook(kept, ACTOR, first)
    with pytest.raises(InputError):
        send_again(kept, ACTOR, given_up(kept)[0].ref)


def test_a_call_goes_by_tls_to_the_host_that_was_meant_at_the_address_that_was_looked_at(
    kept: Ledger, tmp_path: Path, clock: Clock
) -> None:
    receiver = Receiver(tmp_path)
    let_in(kept, f"https://{NAME}:{receiver.port}/in", kinds=("case.opened",))
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[Any]:
        asked.append(host)
        return [ip_address("10.0.0.1"), ip_address("127.0.0.1")]

    opened(kept)
    assert Courier(kept, HERE, ca=receiver.ca, resolve=resolve).round() == {"sent": 1}
    assert receiver.calls[0].headers["host"] == f"{NAME}:{receiver.port}"
    assert asked == [NAME]  # once a try: the name cannot lead elsewhere in between
    opened(kept, number="汐見-2")
    assert Courier(kept, HERE, resolve=resolve).round() == {"waiting": 1}  # nobody vouches for its certificate
    clock.at += timedelta(hours=1)
    let_in(kept, f"https://other.example:{receiver.port}/in", kinds=("event.told",))
    assert Courier(kept, (), ca=receiver.ca, resolve=resolve).round() == {"waiting": 1}  # private, and not named
    receiver.close()
    assert [each.outcome for each in given_up(kept)] == []
    assert len(receiver.calls) == 1


PRIVATE = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),  # noqa: S104
    *("::1", "fe80::1", "fec0::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::"),
)


def at(address: str, _host: str, _port: int) -> list[Any]:
    return [ip_address(address)]


def test_no_private_address_is_called_unless_its_network_is_named() -> None:
    """However it is written: mapped, translated, or as what a name resolves to; in clear only within a named network."""
    for told in PRIVATE:
        host = f"[{told}]" if ":" in told else told
        with pytest.raises(NowhereError, match="private"):
            target_of(f"https://{host}/", ())
        with pytest.raises(NowhereError, match="private"):
            target_of("https://soudan.example/", (), partial(at, told))
        with pytest.raises(InputError, match=NETWORKS):
            weigh(f"https://{host}/", ())
    named = networks_from({NETWORKS: " 10.0.0.0/24 fd00::/64 "})
    assert target_of("https://10.0.0.1:8443/a?b", named).called == "10.0.0.1:8443"
    assert target_of("http://[::ffff:10.0.0.1]/", named).address == "::ffff:a00:1"
    with pytest.raises(NowhereError, match="private"):
        target_of("https://10.0.1.1/", named)
    with pytest.raises(NowhereError, match="clear"):
        target_of("http://203.0.114.1/", named)
    weigh("https://soudan.example/in", ())
    wrong = (
        "",
        "soudan.example",
        "ftp://soudan.example",
        "https://",
        "https://a:b@soudan.example",
        "https://soudan.example:x/",
    )
    for url in (
        *wrong,
        "https://soudan.example/#a",
        "https://soudan.example/ a",
        "https://相談.example/",
        "http://soudan.example/",
    ):
        with pytest.raises(InputError):
            weigh(url, ())
    for none in ("x", "10.0.0.1/8"):
        with pytest.raises(InputError, match=NETWORKS):
            networks_from({NETWORKS: none})

    def nobody(_host: str, _port: int) -> list[Any]:
        raise OSError

    with pytest.raises(NowhereError, match="unknown"):
        target_of("https://soudan.example/", (), nobody)


def test_an_administrator_lets_systems_in_and_out_and_nobody_else_does(
    app: Flask, kept: Ledger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(app, "administrator")
    data = {
        "csrf_token": token(client, "/hooks"),
        "label": "相談システム",
        "office": "shiomi",
        "kind": ["case.opened"],
        "url": f"http://127.0.0.1:{receiver.port}/",
    }
    assert NETWORKS in client.post("/hooks", data=data).text
    monkeypatch.setenv(NETWORKS, "127.0.0.1/32")
    for field, value in (("label", ""), ("kind", []), ("kind", ["x"]), ("office", "x"), ("url", "https://")):
        wrong = client.post("/hooks", data={**data, field: value})
        assert wrong.status_code == 422, field
        assert (str(data["label"]) in wrong.text) == (field != "label")  # what was typed stays
    made = client.post("/hooks", data=data).text
    (hook,) = all_hooks(kept)
    assert hook.secret in made
    assert hook.secret not in client.get("/hooks").text
    opened(kept)
    receiver.status = 410
    done = CliRunner().invoke(main, ["tick", "--ledger", str(kept.place)], catch_exceptions=False)
    assert "あきらめたものが1件" in done.output
    (lost,) = given_up(kept)
    held = {"csrf_token": token(client, "/hooks")}
    assert client.post(f"/hooks/outgoing/{lost.ref}/again", data=held).status_code == 303
    assert client.post(f"/hooks/outgoing/{lost.ref}/again", data=held).status_code == 422
    receiver.status = 204
    with running(courier_from({NETWORKS: "127.0.0.1/32"}, kept), every=0.05):
        for _ in range(200):
            if len(receiver.calls) > 1:
                break
            time.sleep(0.05)
    assert len(receiver.calls) == 2
    for _ in range(2):
        client.post(f"/hooks/{hook.ref}/end", data=held)
    assert all_hooks(kept)[0].ended_at is not None
    assert sign_in(app, "clerk").get("/hooks").status_code == 403
