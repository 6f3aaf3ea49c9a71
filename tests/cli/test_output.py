"""Files that the user asked for: whole or not at all, never over another one unasked."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from told import problem_raised

from gradx.errors import GradxError
from gradx_cli.output import ending, write_file


def refused(path: Path, *, force: bool = False) -> str:
    problem = problem_raised(lambda: write_file(path, "new", force=force))
    assert problem.kind == "file"
    return problem.message


def test_a_new_file_holds_the_text_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_file(tmp_path / "a.svg", "α\r\n")
    assert (tmp_path / "a.svg").read_bytes() == "α\r\n".encode()
    assert os.listdir(tmp_path) == ["a.svg"]


def test_a_new_file_has_the_permissions_that_files_get_here(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "a.svg", "")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.svg").stat().st_mode) == 0o640


def test_an_existing_file_is_kept_without_force(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text("old")
    assert "exists" in refused(path)
    assert path.read_text() == "old"
    write_file(path, b"new", force=True)
    assert path.read_text() == "new"


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "a.svg").symlink_to(tmp_path / "elsewhere")
    assert "exists" in refused(tmp_path / "a.svg")


def test_with_force_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("old")
    (tmp_path / "a.svg").symlink_to(tmp_path / "real.svg")
    write_file(tmp_path / "a.svg", "new", force=True)
    assert (tmp_path / "a.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text() == "new"


def test_what_is_not_an_ordinary_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.svg")
    assert "folder" in refused(tmp_path, force=True)
    assert "not an ordinary file" in refused(tmp_path / "pipe.svg", force=True)
    assert "not an ordinary file" in refused(Path(os.devnull), force=True)


@pytest.mark.parametrize("name", ["missing/a.svg", "x" * 5000, "a\0b"])
def test_what_the_system_refuses_is_one_short_error(tmp_path: Path, name: str) -> None:
    message = refused(tmp_path / name)
    assert message.startswith("cannot write")
    assert len(message) < 160
    assert message.isprintable()


def test_a_failure_half_way_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.svg"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert "No space left" in refused(path, force=True)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.svg"]


def test_the_ending_is_checked_and_the_possible_ones_are_named() -> None:
    assert ending(Path("a.SVG"), (".svg", ".dot")) == ".svg"
    with pytest.raises(GradxError) as caught:
        ending(Path("a.html"), (".svg", ".dot"))
    assert caught.value.problem.hint == "it can be .svg .dot"
