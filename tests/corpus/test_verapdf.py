"""veraPDF judges every paper of the catalogue, sparse, whole and overflowing: PDF/A-2a and PDF/UA-1 without a failure."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pikepdf
import pytest

from forms.finish.finish import finish
from forms.paper.fill import fill
from forms.press.typeset import typeset
from tests.forms.paper.faces import FACES, face, filled
from tests.office import OFFICE
from tests.records import anything
from tests.rulebooks import OURS
from validators.model import Record

HERE = Path(__file__).parent
JARS = HERE.parents[1] / "build" / "verapdf"
FORMS = {f"{form.slug}-{form.edition}": form for form in OURS.catalogue.load_all()}
STORY = "相手方は申立人の架空町の住居の前で大声を出し、申立人が戸を開けるまで帰らなかった。" * 60

pytestmark = pytest.mark.corpus


def _pdf(name: str, length: str) -> bytes:
    form = FORMS[name]
    story, items = (STORY, 7) if length == "overflowing" else ("架空の事情である。", 2)
    kept = {key: field for key, field in form.fields.items() if length != "sparse" or field.required}
    data = {key: anything(field, story, items) for key, field in kept.items()}
    docx = fill(form, Record(form.slug, "r", data), OFFICE).docx()
    return finish(typeset(docx, title=form.title), title=form.title, identifier=form.slug)


@pytest.fixture(scope="module")
def judge_jars() -> str:
    """Have Maven bring the judge; return the class path."""
    if not any(JARS.glob("greenfield-apps-*.jar")):
        subprocess.run(
            ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={JARS}"],
            cwd=HERE / "verapdf",
            check=True,
        )
    return f"{JARS}/*"


def _failures(judge_jars: str, flavour: str, files: list[Path]) -> dict[str, list[str]]:
    """Return for each file the rules it breaks, by clause and number; every file must have been judged."""
    call = ["java", "-cp", judge_jars, "org.verapdf.apps.GreenfieldCliWrapper", "-f", flavour, "--format", "json"]
    done = subprocess.run([*call, *map(str, files)], capture_output=True, text=True, check=False)
    jobs = json.loads(done.stdout[done.stdout.index("{") :])["report"]["jobs"]
    found: dict[str, list[str]] = {}
    for job in jobs:
        results = job["validationResult"]
        for result in results if isinstance(results, list) else [results]:
            rules = result["details"]["ruleSummaries"]
            broken = [f"{rule['clause']}-{rule['testNumber']}" for rule in rules if rule["ruleStatus"] == "FAILED"]
            assert bool(broken) is not result["compliant"]
            found[Path(job["itemDetails"]["name"]).name] = broken
    assert set(found) == {path.name for path in files}
    return found


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_every_paper_is_certified(judge_jars: str, flavour: str, tmp_path: Path) -> None:
    files = []
    for name in FORMS:
        for length in ("sparse", "whole", "overflowing"):
            files.append(tmp_path / f"{name}-{length}.pdf")
            files[-1].write_bytes(_pdf(name, length))
    for name, layout in FACES.items():
        files.append(tmp_path / f"face-{name}.pdf")
        docx = filled(face(tmp_path, layout))
        files[-1].write_bytes(finish(typeset(docx, title="書式"), title="書式", identifier=name))
    assert {name: rules for name, rules in _failures(judge_jars, flavour, files).items() if rules} == {}


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_the_judge_sees_what_is_broken(judge_jars: str, flavour: str, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(_pdf(next(iter(FORMS)), "whole"))) as document:
        del document.Root.StructTreeRoot
        document.save(tmp_path / "untagged.pdf")
    assert _failures(judge_jars, flavour, [tmp_path / "untagged.pdf"])["untagged.pdf"]
