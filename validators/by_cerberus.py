"""What Cerberus says of a record's shape: asked only where `shapes.plainly` does not know it to be right."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from cerberus import TypeDefinition, Validator, errors
from cerberus.schema import DefinitionSchema

from validators.of_form import OfForm
from validators.shapes import cerberus_schema, is_clock, is_day, is_person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validators.model import Form


class FormValidator(Validator):  # type: ignore[misc]  # the package has no types
    """Cerberus with our own types: a whole number that is no truth value, days, times of day, persons."""

    mandatory_validations = ()  # a null is no text, number or list: the type says so already
    types_mapping = {  # noqa: RUF012 - the package's own attribute
        **Validator.types_mapping,
        "whole": TypeDefinition("whole", (int,), (bool,)),
    }

    def _check_with_day(self, field: str, value: Any) -> None:
        if not is_day(value):
            self._error(field, "not a day")

    def _check_with_clock(self, field: str, value: Any) -> None:
        if not is_clock(value):
            self._error(field, "not a time of day")

    def _check_with_person(self, field: str, value: Any) -> None:
        if not is_person(value):
            self._error(field, "not a person")


class _Ours(DefinitionSchema):  # type: ignore[misc]  # the package has no types
    """A schema made by `cerberus_schema`: a test has Cerberus check each, so that no run need."""

    def validate(self, schema: Any = None) -> None:
        """Take it as it is."""


class _Here(threading.local):
    """This thread's validators: they hold state."""

    def __init__(self) -> None:
        self.of = OfForm(_validator)


def misfits(form: Form, data: Any) -> Iterator[tuple[list[str | int], bool]]:
    """Yield the steps to each value that does not fit a normalised record's schema, and whether only its option is unknown."""
    validator = _HERE.of(form)
    validator.validate(data, normalize=False)
    for error in _leaves(validator._errors):  # noqa: SLF001 - the public form flattens paths into texts
        yield list(error.document_path), error.code == errors.UNALLOWED_VALUE.code


def _validator(form: Form) -> FormValidator:
    validator = FormValidator()
    validator.schema = _Ours(validator, cerberus_schema(form))
    return validator


def _leaves(found: Iterable[Any]) -> Iterator[Any]:
    for error in found:
        if error.child_errors:
            yield from _leaves(error.child_errors)
        else:
            yield error


_HERE = _Here()
