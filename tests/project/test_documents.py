"""The documents show what gradx does: every command in them is run, and its output compared."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest
from conftest import Run
from document_output import DOCUMENTS, commands, output
from rich.text import Text

from gradx.lessons.examples import EXAMPLES as EXAMPLE_PROGRAMS
from gradx.point.verdict import Status
from gradx.table import FUNCTIONS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")

EXAMPLES = [(document.name, *pair) for document in DOCUMENTS for pair in commands(document.read_text("utf-8"))]


def test_the_documents_have_examples() -> None:
    shown = {document for document, _, _ in EXAMPLES}
    assert shown >= {"README.md", "tutorial.md", "language.md", "verdicts.md", "json.md"}


@pytest.mark.sampled(12)
@pytest.mark.parametrize(("document", "command", "below"), EXAMPLES, ids=lambda text: text[:40])
def test_a_command_in_a_document(gradx: Run, document: str, command: str, below: str, tmp_path: Path) -> None:
    if "| jq" in command and not shutil.which("jq"):
        pytest.skip("jq is not installed")
    if "|" in shlex.split(command) and not shutil.which("sh"):
        pytest.skip("there is no shell for a pipe")
    above = [other for name, other, _ in EXAMPLES if name == document]
    for written in (other for other in above[: above.index(command)] if "| tee " in other):
        output(written, str(tmp_path))
    words = shlex.split(command)
    found = output(command, str(tmp_path)) if "|" in words else "".join(gradx(*words[1:])[1:])
    assert tidied(found) == tidied(below)


def anchors(document: Path) -> set[str]:
    """What the headings of a document are linked by: small letters, no punctuation, `-` for a blank."""
    headings = re.findall(r"^#+ (.*)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_inside_the_documents_leads_somewhere() -> None:
    for document in (*DOCUMENTS, ROOT / "CONTRIBUTING.md"):
        for path, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", document.read_text("utf-8")):
            target = document.parent / path if path else document
            assert target.exists(), f"{document.name}: {path}"
            assert not anchor or anchor in anchors(target), f"{document.name}: {path}#{anchor}"


def tidied(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def test_the_first_commands_are_run_below() -> None:
    block = re.search(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert block
    first = [line for line in block[1].splitlines() if line.startswith("gradx ")]
    assert first
    assert set(first) <= {command for document, command, _ in EXAMPLES if document == "README.md"}


IN_TEXT = sorted(
    {
        command
        for document in DOCUMENTS
        for command in re.findall(r"`(gradx [a-z]+ [^`]+)`", document.read_text("utf-8"))
        if not re.search("EXPR|--help| - ", command)
    }
)


def test_the_text_has_commands_too() -> None:
    assert len(IN_TEXT) > 5


@pytest.mark.sampled(4)
@pytest.mark.parametrize("command", IN_TEXT)
def test_a_command_in_the_text_works(gradx: Any, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "homework.txt").write_text("x^2 | dx=2*x\n", "utf-8")
    (tmp_path / "neuron.txt").write_text("3*x\n", "utf-8")
    assert gradx(*shlex.split(command)[1:]).code in (0, 1)


def test_the_table_of_commands_is_complete() -> None:
    from gradx_cli.commands import COMMANDS

    assert re.findall(r"^\| `gradx ([a-z]+)[ `]", README, re.MULTILINE) == list(COMMANDS)


def test_every_target_that_the_documents_name_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    texts = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8") + (ROOT / ".ci" / "run").read_text("utf-8")
    named = set(re.findall(r"^make ([a-z-]+)", texts, re.MULTILINE)) | set(re.findall(r"`make ([a-z-]+)`", texts))
    assert named >= {"test", "demo"}
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.slow
def test_the_picture_shows_what_the_commands_answer() -> None:
    import picture

    drawn = "".join(ElementTree.parse(picture.PICTURE).getroot().itertext()).replace("\xa0", "").replace(" ", "")
    for command in picture.COMMANDS:
        assert f"${command}".replace(" ", "") in drawn
        for line in Text.from_ansi(picture.run(command)).plain.splitlines():
            assert line.replace(" ", "") in drawn


def test_every_verdict_has_a_section() -> None:
    text = (ROOT / "docs" / "verdicts.md").read_text("utf-8")
    for status in get_args(Status):
        assert re.search(rf"^## {status}\b", text, re.MULTILINE), status
        assert f"[`{status}`](#{status}" in text


def test_the_language_lists_every_function() -> None:
    text = (ROOT / "docs" / "language.md").read_text("utf-8")
    table = text[text.index("## Functions") : text.index("## Values")]
    assert {row.name for row in FUNCTIONS} <= set(re.findall(r"\w+", table))


def test_the_tutorial_goes_through_every_example() -> None:
    text = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    assert {example.name for example in EXAMPLE_PROGRAMS} <= set(re.findall(r"@([\w-]+)", text))


def test_the_drawing_shows_the_layers_that_imports_are_held_to() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    layers = [{part.strip().removeprefix("gradx.") for part in layer.split(":")} for layer in contract["layers"][1:]]
    drawing = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("subgraph engine")[2].partition("end")[0]
    boxes = {box: names.replace("/", "").split(", ") for box, names in re.findall(r'(\w+)\["([^:]+):', drawing)}
    arrows = dict(re.findall(r"(\w+)(?:\[.*\])? --> (\w+)", drawing))
    (box,) = boxes.keys() - arrows.values()
    drawn = list(boxes[box])
    while box in arrows:
        box = arrows[box]
        drawn += boxes[box]
    for layer in layers:
        assert set(drawn[: len(layer)]) == layer
        del drawn[: len(layer)]
    assert drawn == []
    modules = {path.stem for path in (ROOT / "engine" / "gradx").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set().union(*layers) == modules - {"__init__", "__pycache__"}


def test_the_changelog_has_the_form_it_says_it_has() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert first == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version) for version in versions)
    kinds = re.findall(r"^### (.*)$", text, re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    for line in text.partition("## [Unreleased]")[2].splitlines():
        assert line == "" or line.startswith(("## [", "### ", "- ", "  ")), line
