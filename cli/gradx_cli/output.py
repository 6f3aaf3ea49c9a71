"""Writing a file that the user asked for: whole or not at all, and never over another one unasked."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gradx.errors import GradxError
from gradx_cli.inputs import cannot, shown


def ending(path: Path, endings: Sequence[str]) -> str:
    """The path's ending, one of `endings` (".svg", …). Call it before the work, so that a slip costs no time.

    GradxError("file") where it is another one.
    """
    found = path.suffix.lower()
    if found not in endings:
        raise GradxError(
            "file", f"the ending of {shown(path)} does not say what to write", hint=f"it can be {' '.join(endings)}"
        )
    return found


def write_file(path: Path, content: str | bytes, *, force: bool = False) -> None:
    """Write `content` (text as UTF-8, with newlines as they are) to `path`; see `replacing`."""
    with replacing(path, force=force) as (file, _):
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(path: Path, *, force: bool = False) -> Iterator[tuple[BinaryIO, Path]]:
    """A file to be written, and where it is: beside the place of `path`, and then moved there, so that a full disk or
    an interruption leaves what was there before.

    GradxError("file") where the path exists (unless `force`), is a folder or a device, or cannot be written.
    """
    check_free(path, force=force)
    try:
        target = path.resolve()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".gradx-")
        try:
            with open(handle, "wb") as file:
                yield file, Path(name)
            os.chmod(name, _mode(target))
            if force:
                os.replace(name, target)
            else:
                _move_where_nothing_is(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        raise cannot("write", path, error) from None


def check_free(path: Path, *, force: bool) -> None:
    """GradxError("file") where a file cannot have this name: something is there already (unless `force`), what is
    there is no file, or its folder is not there."""
    try:
        kind = _kind(path)
        is_there = os.path.lexists(path)
        os.scandir(path.resolve().parent).close()
    except (OSError, ValueError) as error:
        raise cannot("write", path, error) from None
    if stat.S_ISDIR(kind):
        raise GradxError("file", f"{shown(path)} is a folder")
    if kind and not stat.S_ISREG(kind):
        raise GradxError("file", f"{shown(path)} is not an ordinary file, and is left alone")
    if not force and is_there:
        raise GradxError("file", f"{shown(path)} exists already", hint="--force overwrites it")


def make_folder(path: Path, *, empty: bool) -> None:
    """Make a folder, and those above it, where it is not there yet. GradxError("file") where that is not possible, or
    it is to be `empty` and holds something."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if empty and any(os.scandir(path)):
            raise GradxError("file", f"{shown(path)} is not empty", hint="--force writes into it all the same")
    except FileExistsError:
        raise GradxError("file", f"{shown(path)} is a file, not a folder") from None
    except (OSError, ValueError) as error:
        raise cannot("write", path, error) from None


def _kind(path: Path) -> int:
    """What is there, as a file's mode; 0 for nothing. OSError for a link that leads back to itself."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return 0


def _move_where_nothing_is(temporary: str, target: Path) -> None:
    """Give the finished file its name, unless somebody else took it meanwhile; then GradxError."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise GradxError("file", f"{shown(target)} exists already", hint="--force overwrites it") from None
    except OSError:
        # A file system without hard links: the check that was made before has to do.
        os.replace(temporary, target)
        return
    os.unlink(temporary)


def _mode(target: Path) -> int:
    """The permissions of the file to be replaced, or those that a new file gets here."""
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
