"""One tree of exceptions; each border (command line, HTTP, batch) maps it once."""

from __future__ import annotations

import errno
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


class PlaceLostError(YoshikiError):
    """Where papers are kept answers no more: that ends a run, and is the fate of no single record."""


_WHY = {
    errno.ENOENT: "その場所がありません",
    errno.ENOTDIR: "途中の場所がフォルダではありません",
    errno.EISDIR: "同じ名前のフォルダがあります",
    errno.EEXIST: "同じ名前のものがあります",
    errno.EACCES: "権限がありません",
    errno.EPERM: "許されていません",
    errno.EROFS: "書込みのできない場所です",
    errno.ENOSPC: "空き容量がありません",
    errno.EDQUOT: "割り当てられた容量を使い切っています",
    errno.EBUSY: "ほかで使われています",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.EMFILE: "開いているファイルが多すぎます",
    errno.EIO: "装置の誤りです",
}


def why(error: OSError) -> str:
    """Say in Japanese why the operating system refused."""
    return _WHY.get(error.errno or 0, f"システムの誤り {error.errno or type(error).__name__}")
