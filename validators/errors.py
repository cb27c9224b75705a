"""One tree of exceptions; each border (command line, HTTP, batch) maps it once."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit statuses of the `yoshiki` command."""

    OK = 0
    FINDINGS = 1
    UNUSABLE = 2


class YoshikiError(Exception):
    """Say in Japanese what failed and what to do; `code` is stable, the texts may change."""

    code = "internal"
    http_status = 500
    exit_code = ExitCode.UNUSABLE

    def __init__(self, message: str, *, action: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.action = action
        self.place = place

    def __str__(self) -> str:
        first = f"{self.place}: {self.message}" if self.place else self.message
        return f"{first}\n{self.action}" if self.action else first


class InputError(YoshikiError):
    """The input or the call cannot be used at all."""

    code = "unusable-input"
    http_status = 400


class DefinitionError(YoshikiError):
    """A form, clause or table of ours is wrong; `place` is file:line. Fails the build, stops issuing."""

    code = "broken-definition"


class CannotDrawError(YoshikiError):
    """The PDF engine met constructs it does not draw, another may; the message names each with its place."""

    code = "cannot-draw"
    http_status = 422


class WouldBeWrongError(CannotDrawError):
    """No engine may draw this paper: something of it would be lost or untrue. The message names what, and where."""

    code = "would-be-wrong"
