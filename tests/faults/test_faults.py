"""Promise: whatever breaks (disk, power, a neighbour, one record), the rest is done, the failure is named, no half file stays."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from forms.issue.files import safe_stem, sweep, write_whole

YOSHIKI = Path(sys.executable).with_name("yoshiki")
NOTICE = {
    "document_date": "2024-06-20",
    "addressee_name": "髙橋　美咲",
    "application_received_on": "2024-06-03",
    "fact": "申出に係る警告は、実施しませんでした。",
    "reason": "行為者の所在が判明しなかったため。",
    "legal_basis": "法4条4項",
    "delivery_method": "direct",
    "oral_explained_on": "2024-06-20",
}


def records(path: Path, count: int, **first: object) -> Path:
    items: list[dict[str, Any]] = [
        {"form": "non-warning-notice", "record": f"N-{i}", "data": dict(NOTICE)} for i in range(count)
    ]
    items[0]["data"] |= first
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return path


def assert_all_whole(folder: Path) -> int:
    """Open every visible document; return how many there are."""
    count = 0
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        count += 1
        if path.suffix == ".pdf":
            with pikepdf.open(path) as document:
                assert len(document.pages) > 0
        elif path.suffix in {".docx", ".xlsx"}:
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
    return count


def test_a_disk_that_fills_up_fails_those_records_and_leaves_no_half_file(tmp_path: Path) -> None:
    """The kernel refuses to let files grow past a size, as a full disk does: the documents are just too large."""
    out = tmp_path / "out"
    source = records(tmp_path / "in.json", 3)
    done = subprocess.run(
        [YOSHIKI, "fill", source, "-o", out, "--format", "docx"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    limit = max(path.stat().st_size for path in out.glob("*.docx")) - 1

    def refuse() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    full = tmp_path / "full"
    done = subprocess.run(
        [YOSHIKI, "fill", source, "-o", full, "--format", "docx"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=refuse,
    )
    assert done.returncode in {1, 2}
    assert "空き容量" in done.stdout + done.stderr
    assert not list(full.glob(".part-*"))
    assert not list(full.glob("*.docx"))
    assert_all_whole(full)


def test_a_process_that_is_killed_leaves_only_whole_documents(tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = records(tmp_path / "in.json", 60)
    process = subprocess.Popen(
        [YOSHIKI, "fill", source, "-o", out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(2000):
        if len(list(out.glob("*.pdf"))) >= 5:
            break
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert assert_all_whole(out) >= 5
    done = subprocess.run([YOSHIKI, "fill", source, "-o", out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert len(list(out.glob("N-*.pdf"))) == 60


def test_two_people_at_once_in_one_folder_spoil_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = records(tmp_path / "in.json", 20)
    both = [subprocess.Popen([YOSHIKI, "fill", source, "-o", out], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
    assert len(list(out.glob("N-*.pdf"))) == 20
    assert_all_whole(out)
    assert not list(out.glob(".part-*"))


def test_a_name_no_font_has_refuses_that_record_alone_and_names_the_character(tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = records(tmp_path / "in.json", 3, reason="理由は\U0001f600のためであり、所在が判明しなかった。")
    done = subprocess.run([YOSHIKI, "fill", source, "-o", out], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "U+1F600" in done.stdout
    assert len(list(out.glob("N-*.pdf"))) == 2
    assert not list(out.glob("N-0*"))


def test_a_folder_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    done = subprocess.run(
        [YOSHIKI, "fill", records(tmp_path / "in.json", 1), "-o", blocked / "out"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "フォルダ" in done.stderr


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "paper.pdf"
    write_whole(path, b"old")

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_old_remains_are_swept_and_fresh_ones_left(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".part-old", tmp_path / ".part-fresh"
    for path in (old, fresh):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".part-fresh"]


@pytest.mark.parametrize(
    ("given", "stem"),
    [
        ("2026-001", "2026-001"),
        ("../../etc/passwd", "etc_passwd"),
        ("..", "record"),
        ("a/b\\c:d", "a_b_c_d"),
        ("　", "record"),
        ("件１", "件_"),
    ],
)
def test_file_names_never_leave_their_folder(given: str, stem: str) -> None:
    made = safe_stem(given)
    assert "/" not in made
    assert not made.startswith(".")
    assert made == stem.strip("_") or made == stem
