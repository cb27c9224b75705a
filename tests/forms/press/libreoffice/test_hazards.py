"""Promise: what a field of a document would fetch is seen however its instruction is cut up or written."""

from __future__ import annotations

import pytest

from forms.press.libreoffice.hazards import active_content
from forms.press.typeset.package import BODY, parse_xml, read_package
from validators.errors import InputError

_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def held(*told: str, simple: str = "") -> list[str]:
    """Return the active content of a document with a field, its instruction told in runs."""
    runs = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in told)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    field = f'<w:fldSimple w:instr="{simple}"/>' if simple else begin + runs + end
    body = f"<w:document {_NAMES}><w:body><w:p>{field}</w:p></w:body></w:document>"
    return active_content(read_package({BODY: body.encode()}))


@pytest.mark.parametrize(
    "told",
    [
        ("DDEAUTO cmd",),
        ("D", "DE cmd"),
        (" INCLUDE", "PICTURE file:///x.png"),
        (r"\* INCLUDETEXT x",),
        ("&quot;INCLUDETEXT&quot; x",),
    ],
)
def test_a_field_that_fetches_is_seen_however_it_is_written(told: tuple[str, ...]) -> None:
    assert held(*told)
    assert held(simple="".join(told))


@pytest.mark.parametrize(
    "told", [("PA", "GE"), ("REF link",), ('HYPERLINK "https://link.example/dde"',), ("NUMPAGES",)]
)
def test_other_fields_are_left_alone(told: tuple[str, ...]) -> None:
    assert not held(*told)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(encoding: str) -> None:
    with pytest.raises(InputError, match="文書型宣言"):
        parse_xml(
            f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode(encoding)
        )
