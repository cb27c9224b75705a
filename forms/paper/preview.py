"""Show form authors their paper: `python -m forms.paper.preview SLUG [RECORD.json] [-o out.docx]`.

RECORD.json holds a record's data, or a record as the input of `yoshiki fill` has it. Without it the paper is empty.
With `-o out.pdf` the paper is typeset as well.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from forms.paper.fill import fill
from validators.definitions.catalogue import load_catalogue
from validators.errors import YoshikiError
from validators.model import Record


def main(arguments: list[str] | None = None) -> int:
    """Write the paper and say where; 2 when the form or the record cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m forms.paper.preview", description="様式の紙面を確かめます。")
    parser.add_argument("slug")
    parser.add_argument("record", nargs="?", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--on", type=date.fromisoformat, default=None, help="この日に効力のある版(例 2024-05-10)")
    options = parser.parse_args(arguments)
    output: Path = options.output or Path(f"{options.slug}.docx")
    try:
        form = load_catalogue().get(options.slug, on=options.on)
        data, office = _read(options.record) if options.record else ({}, {})
        paper = fill(form, Record(form=form.slug, id="preview", data=data), office)
        content = paper.docx()
        if output.suffix == ".pdf":
            from forms.press.typeset import typeset  # noqa: PLC0415 - the typesetter is only loaded for a PDF

            content = typeset(paper.parts, title=form.title)
    except YoshikiError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_code)
    output.write_bytes(content)
    sys.stdout.write(f"{output}\n")
    return 0


def _read(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    content = json.loads(path.read_text(encoding="utf-8"))
    first = content[0] if isinstance(content, list) else content
    return (first["data"], first.get("office", {})) if "data" in first else (first, {})


if __name__ == "__main__":
    sys.exit(main())
