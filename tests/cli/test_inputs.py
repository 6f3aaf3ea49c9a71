"""A program from a file: whatever stands there, its text or one clear error."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from told import problem_raised

from gradx_cli import inputs
from gradx_cli.inputs import read_file


def refused(path: Path, kind: str = "file") -> str:
    problem = problem_raised(lambda: read_file(path))
    assert problem.kind == kind
    assert problem.message.isprintable()
    return problem.message


@pytest.mark.parametrize("content", [b"x + 1\r\n", b"\xef\xbb\xbfx + 1\r\n"])
def test_the_text_of_a_file_with_or_without_a_byte_order_mark(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(content)
    assert read_file(tmp_path / "f") == "x + 1\r\n"


def test_a_missing_file_and_a_folder_and_a_name_that_is_none(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "missing")
    assert "folder" in refused(tmp_path)
    assert "not a file's name" in refused(Path("a\0b"))
    assert r"a\x1b[31m" in refused(tmp_path / "a\x1b[31m")


def test_bytes_that_are_not_utf_8_are_named(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x + \xff")
    assert "byte 5 is 0xff" in refused(tmp_path / "f")


def test_what_never_ends_is_refused_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "LARGEST_BYTES", 1000)
    refused(Path("/dev/zero"), "size")


def test_a_pipe_is_read_to_its_end_and_one_without_a_writer_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(inputs, "PATIENCE_S", 0.05)
    assert read_file(tmp_path / "pipe") == ""
    monkeypatch.setattr(inputs, "PATIENCE_S", 20)
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("x^2",))
    writer.start()
    assert read_file(tmp_path / "pipe") == "x^2"
    writer.join()
