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

# Three words of English in a row are a sentence that nobody translated; names of commands and files stand alone.
LEAKS = re.compile(r"\b[A-Za-z']{2,} [A-Za-z']{2,} [A-Za-z']{2,}\b")

CALLS: tuple[list[str], ...] = (
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
    assert not LEAKS.findall(told.output), told.output


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_pages_of_help_are_in_japanese(command: str) -> None:
    """Headings, placeholders and the options every command has."""
    told = CliRunner().invoke(main, [*filter(None, [command]), "--help"])
    assert told.exit_code == 0
    assert not re.search(r"Usage|Options|Commands|Show |required\]|default:|DIRECTORY|INTEGER", told.output)


@pytest.mark.parametrize("name", ["警告書", "警 告 書", "warning", "対応票"])
def test_a_form_is_named_by_title_or_a_part_of_it_or_slug(name: str, tmp_path: Path) -> None:
    """Blanks and widths do not matter."""
    told = CliRunner().invoke(main, ["sheet", name, "-o", str(tmp_path / "x.xlsx")])
    assert (told.exit_code, (tmp_path / "x.xlsx").exists()) == (0, True)


def test_what_fits_several_forms_is_answered_with_the_list_of_them(tmp_path: Path) -> None:
    """None is chosen by chance."""
    told = CliRunner().invoke(main, ["sheet", "申立書", "-o", str(tmp_path / "x.xlsx")])
    assert told.exit_code == 2
    assert {"protection-order-petition", "eviction-order-petition"} <= set(told.output.split())


def test_why_the_system_refused_is_said_in_japanese() -> None:
    """A number is left of what has no words."""
    assert why(OSError(errno.ENOSPC, "No space left on device")) == "空き容量がありません"
    assert not LEAKS.search(why(OSError(9999, "Strange")))
