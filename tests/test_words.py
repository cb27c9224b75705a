"""The command speaks one language, whatever it is asked."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from commands import COMMANDS, main
from validators.errors import why

if TYPE_CHECKING:
    from pathlib import Path

# Words of ours that are no English sentence: names of commands, options, formats, placeholders.
OURS = re.compile(r"--?[a-z-]+|[a-z]+(?:-[a-z]+)+|yoshiki\S*|main|SLUG|INPUT|Word|Excel|PDF|pdf|docx|odt|YAML|JSON|CSV|API|HTML|Ctrl|stdin|slug|json|csv|xlsx|html|register|review|http\S*")  # fmt: skip
LEAKS = re.compile(r"[A-Za-z]{4,}")

CALLS = (
    [], ["chek"], ["check"], ["check", "--annotat", "x"], ["check", "none.xlsx"], ["check", "x", "--as-of", "xx"], ["check", "x", "--office", "/none"],
    ["check", "x", "--office", "."], ["fill", "x"], ["fill", "x", "-o"], ["fill", "x", "-o", "/dev/null"], ["fill", "x", "-o", "y", "--copy", "z"],
    ["fill", "x", "-o", "y", "--format", "odt"], ["sheet", "けいこく", "-o", "x.xlsx"], ["sheet", "申立書", "-o", "x.xlsx"],
    ["sheet", "警告書", "-o", "/none/x.xlsx"], ["serve", "--port", "99999"], ["serve", "--port", "abc"], ["serve", "extra"], ["forms", "none-such"],
    ["forms", "a", "b"], ["rules", "--form", "none-such"], ["template"], ["template", "none"], ["template", "check", "none.docx"],
)  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_what_goes_wrong_is_said_in_japanese(call: list[str]) -> None:
    """No sentence of click or of the system shows through, and the status says that nothing was done."""
    told = CliRunner().invoke(main, call)
    assert told.exit_code in {1, 2}
    assert told.output
    assert not LEAKS.findall(OURS.sub("", told.output)), told.output


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_pages_of_help_are_in_japanese(command: str) -> None:
    """Headings, placeholders and the options every command has."""
    told = CliRunner().invoke(main, [*filter(None, [command]), "--help"])
    assert told.exit_code == 0
    assert not re.search(r"Usage|Options|Commands|Show |required\]|default:|FILE|DIRECTORY|INTEGER", told.output)


@pytest.mark.parametrize("name", ["警告書", "警 告 書", "warning", "別記様式第4号"])
def test_a_form_is_named_by_title_number_or_slug(name: str, tmp_path: Path) -> None:
    """What fits several forms is answered with the list of them."""
    told = CliRunner().invoke(main, ["sheet", name, "-o", str(tmp_path / "x.xlsx")])
    assert (tmp_path / "x.xlsx").exists() or "略号で書いてください" in told.output


def test_why_the_system_refused_is_said_in_japanese() -> None:
    """A number is left of what has no words."""
    assert why(OSError(errno.ENOSPC, "No space left on device")) == "空き容量がありません"
    assert not LEAKS.search(why(OSError(9999, "Strange")))
