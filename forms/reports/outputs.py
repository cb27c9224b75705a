"""Write what goes with the documents: the register and the review report, each file whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forms.issue.files import digest, write_whole
from forms.issue.folder import REVIEW
from forms.issue.scratch import private_folder
from forms.reports import report
from forms.reports.register import write_register
from validators.errors import InputError, why

if TYPE_CHECKING:
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.review import Review


OUTPUTS = ("register.xlsx", "review.html", "review.pdf", "review.xlsx", REVIEW)


def write_outputs(review: Review, catalogue: Catalogue, directory: Path) -> None:
    """Write register.xlsx and review.html/.pdf/.xlsx/.json into `directory`; the last names the others by their digests.

    Raises InputError when the disk refuses.
    """
    try:
        with private_folder() as folder:
            register, table = folder / "register.xlsx", folder / "review.xlsx"
            write_register([*review.fates, *review.earlier], catalogue, register)
            report.write_xlsx(review, table)
            made = {path.name: path.read_bytes() for path in (register, table)}
        made |= {"review.html": report.as_html(review), "review.pdf": report.as_pdf(review)}
        for name, content in made.items():
            write_whole(directory / name, content)
        outputs = {name: digest(content) for name, content in made.items()}
        write_whole(directory / REVIEW, report.as_json(replace(review, outputs=outputs)))
    except OSError as error:
        raise InputError(
            f"帳簿と点検報告を「{directory}」に書けません（{why(error)}）。",
            action="空き容量と書込みの権限を確かめて、もう一度お試しください。発行済の文書はそのまま残っています。",
        ) from None
