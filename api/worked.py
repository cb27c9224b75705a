"""The worked example of a form as the API shows it: valid by the form's own schema, lawful as it stands."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from validators.definitions.examples import example_data
from validators.model import Record
from validators.normalise import normalise

if TYPE_CHECKING:
    from validators.model import Form


def worked_example(form: Form) -> dict[str, Any]:
    """Return the data of the form's worked example as they are kept: keys of options, days in ISO's notation."""
    record = Record(form.slug, "1", deepcopy(example_data(form)))
    normalise(form, record)
    return record.data
