"""What the CEL package says of an expression: whether it compiles, and the value it gives. Nobody else imports the package.

An expression is checked here once for each rulebook and then known to be sound; `evaluate` runs it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from cel_expr_python import cel

from validators.expressions.evaluate import NoValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from validators.expressions.blame import WordFunctions
    from validators.expressions.functions import Word

    Signature = tuple[tuple[str, str], ...]  # name → how it is declared: scalar, list, records

_TYPES = {
    "any": (cel.Type.STRING, cel.Type.NULL, cel.Type.BOOL, cel.Type.INT, cel.Type.DOUBLE, cel.Type.LIST, cel.Type.MAP),
    "text": (cel.Type.STRING, cel.Type.NULL, cel.Type.MAP, cel.Type.LIST, cel.Type.INT),
    "date": (cel.Type.STRING, cel.Type.NULL),
    "number": (cel.Type.INT, cel.Type.NULL, cel.Type.DOUBLE),
    "list": (cel.Type.LIST,),
    "some": (cel.Type.LIST, cel.Type.STRING, cel.Type.NULL, cel.Type.MAP),
    "name": (cel.Type.STRING,),
}
_RECORDS = cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN))
_GIVES = {
    "bool": cel.Type.BOOL,
    "value": cel.Type.DYN,
    "number": cel.Type.DYN,
    "words": cel.Type.List(cel.Type.STRING),
    "records": _RECORDS,
}
_KINDS = {"scalar": cel.Type.DYN, "list": cel.Type.List(cel.Type.DYN), "records": _RECORDS}


class UnsoundError(Exception):
    """The package does not compile it; the message says where, and holds no value of a record."""


class Language:
    """The package with our functions: `words` are the vocabulary with the calls behind it."""

    def __init__(self, words: WordFunctions) -> None:
        self._functions = [_declared(*each) for each in words.values()]
        self._environment = lru_cache(maxsize=64)(self._environment_anew)

    def check(self, source: str, signature: Signature) -> None:
        """Raise UnsoundError for an undeclared name, a wrong number or type of arguments, or what is no truth value."""
        try:
            program = self._environment(signature).compile(source)
        except RuntimeError as error:  # the package says the column in its text
            raise UnsoundError(f"式が通りません({_first_line(error)})") from None
        if program.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
            raise UnsoundError("式が真偽になりません")

    def value(self, source: str, signature: Signature, values: Mapping[str, Any]) -> Any:
        """Return what the package makes of an expression; raises NoValueError for its error value."""
        environment = self._environment(signature)
        result = environment.compile(source).eval(environment.Activation(dict(values)))
        if result.type() == cel.Type.ERROR:
            raise NoValueError
        return result.value()

    def _environment_anew(self, signature: Signature) -> cel.Env:
        return cel.NewEnv(variables={name: _KINDS[kind] for name, kind in signature}, functions=self._functions)


def _declared(word: Word, call: Callable[..., Any]) -> cel.FunctionDecl:
    overloads = [
        cel.Overload(f"{word.name}_{number}", return_type=_GIVES[word.gives], parameters=list(types), impl=call)
        for number, types in enumerate(product(*(_TYPES[kind] for kind in word.takes)))
    ]
    return cel.FunctionDecl(word.name, overloads)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: <input>:")
