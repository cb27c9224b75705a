"""The throw-away home of one LibreOffice run: settings that forbid what a form never needs, and the fonts that stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from forms.press.typeset.letters.runs import family
from forms.press.typeset.package import W

if TYPE_CHECKING:
    from pathlib import Path

    from forms.press.typeset.package import WordPackage

_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NOWHERE: Final = "127.0.0.1"  # a proxy that nobody runs: what asks for the network gets nothing

# path below org.openoffice, property, value
SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Misc", "UseLocking", "false"),
    ("Office.Common/Save/Document", "CreateBackup", "false"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Office.Recovery/RecoveryInfo", "Enabled", "false"),
    ("Office.Writer/Content/Update", "Link", "2"),  # never
    ("Office.Writer/Content/Update", "Field", "true"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
    ("Setup/L10N", "ooSetupSystemLocale", "ja-JP"),
    ("Office.Linguistic/General", "DefaultLocale_CJK", "ja-JP"),
)


def write_profile(home: Path, package: WordPackage) -> Path:
    """Fill an empty directory with settings and font rules; return the profile's directory."""
    profile = home / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    rules = home / ".config" / "fontconfig"
    rules.mkdir(parents=True)
    (rules / "fonts.conf").write_text(_font_rules(_font_names(package)), encoding="utf-8")
    return profile


def _registry() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{escape(value)}</value></prop></item>"
        for path, name, value in SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def _font_names(package: WordPackage) -> list[str]:
    """Return every font the document names, in its runs and in its theme."""
    names: set[str] = set()
    for part in package.names:
        if not (part.startswith("word/") and part.endswith(".xml")):
            continue
        root = package.xml(part)
        if root is None:
            continue
        for fonts in root.iter(W + "rFonts"):
            names |= {
                str(value)
                for key, value in fonts.items()
                if key in {W + kind for kind in ("ascii", "hAnsi", "eastAsia", "cs")}
            }
        names |= {
            element.get("typeface", "") for element in root.iter(*(_DRAWING + kind for kind in ("latin", "ea", "font")))
        }
    return sorted(names - {""})


def _font_rules(names: list[str]) -> str:
    """Let the font that the first engine would take stand in for each name; symbol fonts are left to LibreOffice."""
    rules = "".join(
        f'<match target="pattern"><test name="family" qual="first"><string>{escape(name)}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{escape(instead)}</string></edit></match>'
        for name in names
        if (instead := family(name)) and instead != name and not name.startswith(("+", "@"))
    )
    return f'<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM {quoteattr("fonts.dtd")}>\n<fontconfig>{rules}</fontconfig>'
