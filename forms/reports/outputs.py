"""Write what goes with the documents: the register and the review report, each file whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.issue.files import write_whole
from forms.issue.scratch import private_folder
from forms.reports import report
from forms.reports.register import write_register
from validators.errors import InputError, why

if TYPE_CHECKING:
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.review import Review


OUTPUTS = ("register.xlsx", "review.json", "review.html", "review.pdf", "review.xlsx")


def write_outputs(review: Review, catalogue: Catalogue, directory: Path) -> None:
    """Write register.xlsx and review.json/.html/.pdf/.xlsx into `directory`. Raises InputError when the disk refuses."""
    try:
        with private_folder() as folder:
            register, table = folder / "register.xlsx", folder / "review.xlsx"
            write_register([*review.fates, *review.earlier], catalogue, register)
            report.write_xlsx(review, table)
            for path in (register, table):
                write_whole(directory / path.name, path.read_bytes())
        write_whole(directory / "review.json", report.as_json(review))
        write_whole(directory / "review.html", report.as_html(review))
        write_whole(directory / "review.pdf", report.as_pdf(review))
    except OSError as error:
        raise InputError(
            f"帳簿と点検報告を「{directory}」に書けません（{why(error)}）。",
            action="空き容量と書込みの権限を確かめて、もう一度お試しください。発行済の文書はそのまま残っています。",
        ) from None
