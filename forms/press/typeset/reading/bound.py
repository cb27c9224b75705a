"""Content controls bound to data (w:dataBinding): Word shows the data, whatever text the document was saved with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from forms.press.typeset.package import W, parse_xml
from forms.press.typeset.reading.styles import is_on
from validators.errors import WouldBeWrongError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.press.typeset.package import WordPackage

_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15: Final = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_ITEM_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/customXml}itemID"
# The document's own properties are stores as well, under names that Word gives them.
_PROPERTIES: Final = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "core-properties",
    "{6668398D-A668-4E3E-86EB-62B22D94B38E}": "extended-properties",
}
_PLAIN_PATH: Final = re.compile(r"(?:/(?:@|[\w.-]+:)?[\w.-]+(?:\[\d+\])?)+(?:/text\(\))?")
_MAPPING: Final = re.compile(r"""xmlns:([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TRUE: Final = frozenset({"1", "true"})


def as_shown(package: WordPackage, part: str) -> bytes | None:
    """Return a part with what its bound controls show; None when there is no such part.

    Raises WouldBeWrongError where the data and the text saved differ in a control whose text cannot be told from its data.
    """
    data = package.part(part)
    if data is None or b"dataBinding" not in data:
        return data
    root = parse_xml(data)
    for control in root.iter(W + "sdt"):
        properties, content = control.find(W + "sdtPr"), control.find(W + "sdtContent")
        binding = None if properties is None else _binding(properties)
        if properties is None or content is None or binding is None:
            continue
        value = _value(package, binding)
        if value is not None:
            _show(properties, content, value)
    return etree.tostring(root)


def _binding(properties: etree._Element) -> etree._Element | None:
    found = properties.find(W + "dataBinding")
    return properties.find(_W15 + "dataBinding") if found is None else found


def _value(package: WordPackage, binding: etree._Element) -> str | None:
    """Return the text a control is bound to, None where the store has no such place: Word then shows what was saved."""
    path = binding.get(W + "xpath", "")
    names = {found[0]: found[1] or found[2] for found in _MAPPING.findall(binding.get(W + "prefixMappings", ""))}
    for store in _stores(package, binding.get(W + "storeItemID", "")):
        if not _PLAIN_PATH.fullmatch(path):
            raise _unlike()
        try:
            found = store.xpath(path, namespaces=names)
        except etree.XPathError:
            return None
        if isinstance(found, list) and found:
            return str(found[0].xpath("string()")) if isinstance(found[0], etree._Element) else str(found[0])  # noqa: SLF001
    return None


def _stores(package: WordPackage, identity: str) -> Iterator[etree._Element]:
    kind = _PROPERTIES.get(identity.upper())
    if kind is not None:
        root = package.xml(package.related("", kind))
        if root is not None:
            yield root
        return
    for name in sorted(package.names):
        about = package.related(name, "customXmlProps") if name.startswith("customXml/") else ""
        described = package.xml(about) if about else None
        root = package.xml(name) if described is not None else None
        if root is not None and described is not None and described.get(_ITEM_ID, "").upper() == identity.upper():
            yield root


def _show(properties: etree._Element, content: etree._Element, value: str) -> None:
    """Write the value into the control where it shows something else."""
    texts = list(content.iter(W + "t"))
    if any(properties.find(name) is not None for name in (W + "picture", _W15 + "repeatingSection")):
        return
    box, day = properties.find(_W14 + "checkbox"), properties.find(W + "date")
    if box is not None:
        checked = box.find(_W14 + "checked")
        if (checked is not None and checked.get(_W14 + "val") in _TRUE) != (value.lower() in _TRUE):
            raise _unlike()
        return
    if day is not None and day.get(W + "fullDate", "")[:10] == value[:10]:
        return
    choices = {item.get(W + "value"): item.get(W + "displayText") for item in properties.iter(W + "listItem")}
    value = choices.get(value) or value
    if "".join(text.text or "" for text in texts) == value:
        return
    holder = properties.find(W + "showingPlcHdr")
    if not value and holder is not None and is_on(holder):
        return
    if day is not None or not texts or not value or "\n" in value or len(list(content.iter(W + "p"))) > 1:
        raise _unlike()
    texts[0].text = value
    texts[0].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for text in texts[1:]:
        text.text = ""


def _unlike() -> WouldBeWrongError:
    return WouldBeWrongError(
        "データに結び付いたコンテンツコントロールの、保存された表示と元のデータが違います。",
        action="Wordで開いて表示を確かめ、コントロールを削除（内容は残す）してから保存し直してください。",
    )
