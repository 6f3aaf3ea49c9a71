"""What is built is what somebody gets: it holds the right files, and runs where nothing else of the project is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=50)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"gradx", "gradx_cli"}
    assert {"gradx/py.typed", "gradx_cli/py.typed", "gradx/table.py", "gradx_cli/app.py"}.issubset(names)
    assert not [name for name in names if "test" in name or "__pycache__" in name]
    assert [name for name in names if name.endswith(".data/data/share/man/man1/gradx.1")]


@pytest.mark.slow
def test_the_metadata_say_what_it_is_and_what_it_needs(wheel: Path) -> None:
    from gradx import __version__

    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
        assert [n for n in archive.namelist() if n.endswith("licenses/LICENSE")]
    assert metadata["Name"] == "gradx"
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "typer<0.29,>=0.26" in metadata.get_all("Requires-Dist", [])


@pytest.mark.slow
def test_an_index_would_take_both_archives(built: Path) -> None:
    files = [str(path) for path in built.iterdir()]
    command = [sys.executable, "-m", "twine", "check", "--strict", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, env={"NO_COLOR": "1", "PYTHONUTF8": "1"})
    assert (done.returncode, done.stdout.count("PASSED")) == (0, 2), done.stdout + done.stderr


def test_the_version_stands_in_one_place() -> None:
    from gradx import __version__

    assert f'"{__version__}"' in (ROOT / "engine" / "gradx" / "__init__.py").read_text("utf-8")
    documents = [path for path in (ROOT / "docs").glob("*.md") if path.name != "benchmarks.md"]  # it names the peers'
    for path in (ROOT / "pyproject.toml", *(ROOT / "cli").rglob("*.py"), *documents):
        assert not re.search(rf"\b{re.escape(__version__)}\b(?!\.)", path.read_text("utf-8")), path
    for python in ("3.11", "3.12", "3.13"):
        assert f"Python :: {python}" in (ROOT / "pyproject.toml").read_text("utf-8")
        assert f'"{python}"' in (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")


@pytest.mark.slow
def test_the_source_archive_holds_what_is_needed_to_test_it(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "Makefile", "tests/conftest.py"} <= names
    assert {"engine/gradx/table.py", "cli/gradx_cli/app.py"} <= names
    assert {"docs/tutorial.md", "docs/picture.svg", "docs/schema/gradx-1.schema.json", "tools/picture.py"} <= names
    assert {"CHANGELOG.md", "CONTRIBUTING.md", ".ci/run", ".github/workflows/ci.yml"} <= names
    assert not [name for name in names if ".venv" in name or "__pycache__" in name]


@pytest.mark.slow
def test_the_wheel_installs_and_runs_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False, symlinks=os.name != "nt")
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True, timeout=50)
    # The dependencies are those of this environment, so that no network is needed. A path that a .pth file adds does
    # not bring its own .pth files, and so not the editable install of the checkout.
    library = next((tmp_path / "env").rglob("site-packages"))
    (library / "dependencies.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n")

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        environment = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        words = [str(scripts / command[0]), *command[1:]]
        return subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=30)

    where = run("python", "-c", "import gradx, gradx_cli; print(gradx.__file__); print(gradx_cli.__file__)")
    assert all(Path(line).is_relative_to(library) for line in where.stdout.splitlines()), where
    done = run("gradx", "eval", "3*(a+b*c)", "a=5", "b=3", "c=2", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert [node["gradient"] for node in result["nodes"]] == [3, 6, 9, 3, 3, 1]
    assert [node["symbolic"]["formula"] for node in result["nodes"]] == ["3", "3*c", "3*b", "3", "3", "1"]
    assert run("gradx", "--version").stdout == run("python", "-m", "gradx_cli", "--version").stdout
