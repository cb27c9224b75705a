"""Promise: whatever breaks (disk, power, a neighbour, one record), the rest is done, the failure is named, no half file stays."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from app import main
from forms.issue import scratch
from forms.issue.files import held, sweep, write_whole
from forms.issue.names import paper_name, safe_stem
from tests.records import notice
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

YOSHIKI = Path(sys.executable).with_name("yoshiki")


def records(path: Path, count: int, **first: object) -> Path:
    items: list[dict[str, Any]] = [notice(f"N-{i}") for i in range(count)]
    items[0]["data"] |= first
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return path


def fill(source: Path, out: Path, *more: str) -> Result:
    """Run the command in this process: where nobody is killed, a start of its own would tell nothing more."""
    return CliRunner().invoke(main, ["fill", str(source), "-o", str(out), *more], catch_exceptions=False)


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
    assert fill(source, out, "--format", "docx").exit_code == 0
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
    wait_for(lambda: len(list(out.glob("*.pdf"))) >= 5 or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert assert_all_whole(out) >= 5
    done = fill(source, out)
    assert done.exit_code == 0, done.output
    assert len(list(out.glob("N-*.pdf"))) == 60


def test_two_people_at_once_in_one_folder_spoil_nothing(tmp_path: Path) -> None:
    """The folder is one run's at a time: the other is told who has it, leaves with 2 and has touched nothing."""
    out = tmp_path / "out"
    source = records(tmp_path / "in.json", 60)
    first = subprocess.Popen([YOSHIKI, "fill", source, "-o", out], stdout=subprocess.PIPE, text=True)
    wait_for(lambda: list(out.glob("*.pdf")))
    first.send_signal(signal.SIGSTOP)
    names = {path.name for path in out.iterdir()}
    second = subprocess.run(
        [YOSHIKI, "fill", records(tmp_path / "other.json", 1), "-o", out], capture_output=True, text=True, check=False
    )
    assert second.returncode == 2
    assert "別の処理" in second.stderr
    assert f"プロセス番号{first.pid}" in second.stderr
    assert names == {path.name for path in out.iterdir()}
    first.send_signal(signal.SIGCONT)
    output, _ = first.communicate(timeout=300)
    assert first.returncode == 0, output
    assert {name for name in names if not name.startswith(".")} <= {path.name for path in out.iterdir()}
    assert len(list(out.glob("N-*.pdf"))) == 60
    assert_all_whole(out)
    assert not list(out.glob(".*"))


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_run_that_is_ended_leaves_no_child_alive_and_the_next_one_sweeps(
    tmp_path: Path, ending: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pool of processes ends with its run, however it ended; half files and private folders go at the next start."""
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    temporary.mkdir()
    source = records(tmp_path / "in.json", 400)
    environment = {**os.environ, "TMPDIR": str(temporary), "YOSHIKI_TRIAL": str(tmp_path)}
    process = subprocess.Popen(
        [YOSHIKI, "fill", source, "-o", out],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        text=True,
    )
    wait_for(lambda: len(list(out.glob("*.pdf"))) >= 20 or process.poll() is not None)
    assert len(alive(tmp_path)) > 2
    process.send_signal(ending)
    _, said = process.communicate(timeout=90)
    wait_for(lambda: not alive(tmp_path))
    assert process.returncode != 0
    assert "Traceback" not in said
    assert_all_whole(out)
    if ending is not signal.SIGKILL:
        assert "中止" in said
        assert not [path for path in temporary.iterdir() if not path.name.startswith("pymp-")]
    (out / ".part-left").write_bytes(b"half")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    done = fill(records(tmp_path / "in.json", 2), out)
    assert done.exit_code == 0, done.output
    assert not list(out.glob(".part-*"))
    assert not list(temporary.glob("*yoshiki*"))
    assert "前の回に発行した文書" in done.stdout
    rows = list(load_workbook(out / "register.xlsx")["発行した文書"].iter_rows(min_row=2, values_only=True))
    listed = {str(cell) for row in rows for cell in row}
    told = done.stdout.partition("帳簿に載っていないファイル")[2].partition("\n")[
        0
    ]  # ended between its file and its line
    assert all(name in listed or name in told for name in {path.name for path in out.glob("*.pdf")} - {"review.pdf"})


def test_a_temporary_folder_with_a_long_name_stops_no_run(tmp_path: Path) -> None:
    """A socket's name is short: where the folder for temporary files has a long one, processes start without a socket."""
    temporary = tmp_path / ("長い名" * 12)
    temporary.mkdir()
    done = subprocess.run(
        [YOSHIKI, "fill", records(tmp_path / "in.json", 70), "-o", tmp_path / "out", "--format", "docx"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "out").glob("N-*.docx"))) == 70


def wait_for(what: Callable[[], object], seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.02)


def alive(marked: Path) -> list[str]:
    """Return the processes that a run left: those whose environment carries its mark."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"YOSHIKI_TRIAL={marked}\0".encode() in (place / "environ").read_bytes()
            ended = (place / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if mine and not ended:
            found.append(place.name)
    return found


def test_a_name_no_font_has_refuses_that_record_alone_and_names_the_character(tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = records(tmp_path / "in.json", 3, reason="理由は\U0001f600のためであり、所在が判明しなかった。")
    done = fill(source, out)
    assert done.exit_code == 1
    assert "U+1F600" in done.stdout
    assert len(list(out.glob("N-*.pdf"))) == 2
    assert not list(out.glob("N-0*"))


def test_a_folder_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    done = fill(records(tmp_path / "in.json", 1), blocked / "out")
    assert done.exit_code == 2
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


def test_remains_are_swept_by_who_holds_the_folder(tmp_path: Path) -> None:
    (tmp_path / ".part-left").write_bytes(b"x")
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_held_once_and_again_after_its_holder_was_killed(tmp_path: Path) -> None:
    """The lock is the kernel's: it ends with the process, and a file left behind holds nobody up."""
    holder = "import time\nfrom pathlib import Path\nfrom datetime import datetime\nfrom forms.issue.files import held\nwith held(Path('.'), datetime(2026, 7, 1)):\n    print('held', flush=True)\n    time.sleep(60)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", holder],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(InputError, match=f"プロセス番号{process.pid}"), held(tmp_path, OURS.now()):
        pass
    process.kill()
    process.communicate()
    assert [path.name for path in tmp_path.iterdir()] == [".yoshiki.lock"]
    with held(tmp_path, OURS.now()):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_private_folder_in_use_is_never_swept_and_one_that_was_left_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, handle = scratch.make_folder()
    (left / "upload.xlsx").write_bytes(b"x")
    with scratch.private_folder() as used:
        scratch.sweep()
        assert left.is_dir()
        os.close(handle)  # as the kernel does for a killed process
        scratch.sweep()
        assert not left.exists()
        assert used.is_dir()
        assert used.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "stem"),
    [
        ("2026-001", "2026-001"),
        ("1", "1"),
        ("令5/31", "令5-31"),
        ("第３号／乙", "第3号-乙"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "record"),
        ("a/b\\c:d", "a-b-c-d"),
        ("　", "record"),
        ("か\u3099", "が"),
        ("7\u200b\u202e8", "78"),
        ("改\n行", "改-行"),
    ],
)
def test_file_names_are_the_ids_as_written_and_never_leave_their_folder(given: str, stem: str) -> None:
    assert safe_stem(given) == stem


def test_long_ids_are_cut_to_what_a_file_system_takes_and_stay_unlike(tmp_path: Path) -> None:
    """255 bytes in UTF-8, with form, copy and number; two ids that differ at their end only give two names."""
    names = {
        paper_name(safe_stem("長" * 99 + end), "protection-order-petition", "pdf-副本", twin=11) for end in ("甲", "乙")
    }
    assert len(names) == 2
    for name in names:
        (tmp_path / name).write_bytes(b"x")
        assert name.endswith("-protection-order-petition-12-副本.pdf")
