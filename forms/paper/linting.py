"""Find what is wrong in the layouts of forms, by really building each and compiling what was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.paper.compiling import compile_template
from forms.paper.layout import build_docx
from validators.errors import YoshikiError
from validators.linting.problems import Problem, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validators.model import Form


def lint_layouts(forms: Iterable[Form]) -> list[Problem]:
    """Return what keeps editions of forms from becoming templates, with file and line."""
    problems: list[Problem] = []
    for form in forms:
        try:
            compile_template(build_docx(form))
        except YoshikiError as error:
            problems += problems_of(error, form.path)
    return problems
