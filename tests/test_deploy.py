"""Promise: what deploy/ says is so: options, folders, fonts, limits exist in the code, nothing runs as root, figures stay inside."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click import Context

from api.limits import MAX_BODY
from app import main
from commands.serve import serve
from validators.glyphs import FILES

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "yoshiki.service").read_text("utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8")
PROXY = (DEPLOY / "nginx.conf").read_text("utf-8")
COMMANDS = main.list_commands(Context(main))
OPTIONS = {name for each in serve.params for name in each.opts}


def test_the_unit_starts_what_exists_and_never_as_root(tmp_path: Path) -> None:
    told = dict(re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE))
    command = told["ExecStart"].split()
    assert command[1] == serve.name
    assert {each for each in command if each.startswith("--")} <= OPTIONS
    assert {"--people", "--proxy", "--name"} <= {*command}
    assert told["User"] == "yoshiki"
    assert (told["NoNewPrivileges"], told["ProtectSystem"], told["ProtectHome"]) == ("yes", "strict", "yes")
    assert told["CapabilityBoundingSet"] == ""
    verify = shutil.which("systemd-analyze")
    if verify:  # the program itself is named as it lies here
        unit = tmp_path / "yoshiki.service"
        unit.write_text(UNIT.replace("/opt/yoshiki/.venv/bin/yoshiki", sys.executable), encoding="utf-8")
        done = subprocess.run([verify, "verify", unit], capture_output=True, text=True, check=False, timeout=60)
        assert "yoshiki.service:" not in done.stderr, done.stderr


def test_the_container_holds_every_package_and_font_and_leaves_root_before_it_starts() -> None:
    copied = {line.split()[1] for line in CONTAINER.splitlines() if line.startswith("COPY ")}
    assert {"api", "commands", "forms", "ledger", "validators", "pyproject.toml", "requirements.lock"} <= copied
    assert all((ROOT / name).exists() for name in copied)
    assert {*FILES.values()} <= {*CONTAINER.split()}
    assert "--require-hashes" in CONTAINER
    last = [line for line in CONTAINER.splitlines() if re.match("USER|ENTRYPOINT|CMD", line)]
    assert last[0] == "USER yoshiki"
    command = json.loads(CONTAINER.rpartition("CMD ")[2])
    assert command[0] == serve.name
    assert {each for each in command if each.startswith("--")} <= OPTIONS


def test_the_proxy_speaks_tls_says_who_calls_and_keeps_figures_and_papers_to_itself() -> None:
    size = re.search(r"client_max_body_size (\d+)m;", PROXY)
    assert size is not None
    assert int(size[1]) << 20 >= MAX_BODY
    for header in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"):
        assert f"proxy_set_header {header}" in PROXY
    port = next(each.default for each in serve.params if each.name == "port")
    assert f"proxy_pass http://127.0.0.1:{port};" in PROXY
    assert "location = /metrics { return 404; }" in PROXY
    assert "access_log off;" in PROXY
    assert PROXY.count("{") == PROXY.count("}")


# As the vendors' documentation names them: Chromium's policy definitions, Microsoft's list for Edge. Another name does nothing.
BOTH: dict[str, object] = {
    "AutofillSettings": [{"url_pattern": "*", "blocked_types": ["all"]}],
    "AutofillAddressEnabled": False,  # until 156, which knows the one above
    "AutofillCreditCardEnabled": False,
    "PasswordManagerEnabled": False,
    "TranslateEnabled": False,
    "SearchSuggestEnabled": False,
    "AllowBackForwardCacheForCacheControlNoStorePageEnabled": False,
}
OWN: dict[str, dict[str, object]] = {
    "chrome": {"SpellCheckServiceEnabled": False, "HelpMeWriteSettings": 2, "AutofillPredictionSettings": 2},
    "edge": {
        **dict.fromkeys(("MicrosoftEditorProofingEnabled", "TextPredictionEnabled"), False),
        **dict.fromkeys(("ComposeInlineEnabled", "EdgeAutofillMlEnabled"), False),
    },
}


@pytest.mark.parametrize("browser", OWN)
def test_the_browser_keeps_and_sends_nothing(browser: str) -> None:
    assert json.loads((DEPLOY / f"browser-policies-{browser}.json").read_text("utf-8")) == BOTH | OWN[browser]


def test_the_timer_starts_a_tick_as_closed_in_as_the_service(tmp_path: Path) -> None:
    """At midnight in Japan, wherever the machine's clock is; the same ledger, the same key, the same fences."""
    tick, timer = ((DEPLOY / f"yoshiki-tick.{kind}").read_text("utf-8") for kind in ("service", "timer"))
    told = dict(re.findall(r"^(\w+)=(.*)$", tick, re.MULTILINE))
    assert told["ExecStart"].split()[1:] == ["tick"]
    assert "tick" in COMMANDS
    fences = set(re.findall(r"^(?:Protect|Private|Restrict|No|Lock|Capab|LoadC|User|UMask|Env).*$", UNIT, re.MULTILINE))
    assert fences - {"Environment=YOSHIKI_LOG=json"} <= {*tick.splitlines()}
    assert "OnCalendar=*-*-* 00:05:00 Asia/Tokyo" in timer
    assert "Persistent=true" in timer
    if verify := shutil.which("systemd-analyze"):
        unit = tmp_path / "yoshiki-tick.service"
        unit.write_text(tick.replace("/opt/yoshiki/.venv/bin/yoshiki", sys.executable), encoding="utf-8")
        done = subprocess.run([verify, "verify", unit], capture_output=True, text=True, check=False, timeout=60)
        assert "yoshiki-tick.service:" not in done.stderr, done.stderr


def test_the_readme_is_of_ten_lines_and_names_every_file() -> None:
    text = (DEPLOY / "README.md").read_text("utf-8")
    assert len(re.findall(r"^\d+\. .+ / .+$", text, re.MULTILINE)) == 10
    assert all(path.name in text or path.name == "README.md" for path in DEPLOY.iterdir())
