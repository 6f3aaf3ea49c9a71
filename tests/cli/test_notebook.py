"""A page as a piece of a notebook: it is well formed, and its style is for nothing outside it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from browser import CHROMIUM, Browser

import gradx
from gradx_cli.notebook import html

RULE = re.compile(r"([^{}]+)\{")


def test_an_exploration_moves_in_a_frame_that_needs_nothing() -> None:
    found = gradx.explore("relu(w*x + b)", w=1, x=2, b=-2)
    frame = ElementTree.fromstring(html(found) or "")
    assert (frame.tag, frame.get("class"), len(frame), frame.text) == ("iframe", "gradx", 0, None)
    assert (frame.get("srcdoc") or "").startswith("<!DOCTYPE html>")
    assert "Content-Security-Policy" in (frame.get("srcdoc") or "")
    assert found._mime_() == ("text/html", found._repr_html_())


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not here")
def test_the_frame_is_as_tall_as_its_page(tmp_path: Path) -> None:
    path = tmp_path / "notebook.html"
    framed = html(gradx.explore("relu(w*x + b)", w=1, x=2, b=-1))
    framed = str(framed).replace("60rem", "10rem")
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{framed}</body>", "utf-8")
    with Browser() as browser:
        browser.open(path)
        browser.run("new Promise(done => setTimeout(done, 500))")
        inside = "document.querySelector('iframe').contentDocument"
        assert browser.run(f"{inside}.getElementById('value').textContent") == "J = 1"
        assert browser.run(f"{inside}.documentElement.scrollHeight <= document.querySelector('iframe').clientHeight")
        assert (browser.errors, len(browser.requests)) == ([], 1)


def test_what_is_too_large_to_move_is_one_element_without_anything_that_a_document_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gradx_cli.explorer.page.MOST_NODES", 2)
    page = html(gradx.explore("relu(w*x + b)", w=1, x=2, b=-2)) or ""
    root = ElementTree.fromstring(page)
    assert (root.tag, root.get("class")) == ("div", "gradx")
    assert not {"html", "head", "body", "main", "script", "link"} & {element.tag for element in root.iter()}
    assert "! kink" in "".join(root.itertext())


def test_its_style_is_for_nothing_outside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradx_cli.explorer.page.MOST_NODES", 0)
    style = re.search(r"<style>(.*)</style>", html(gradx.explore("gamma(x)", x=1)) or "", re.DOTALL)
    assert style
    depth, heads = 0, []
    for head, sign in re.findall(r"([^{}]*)([{}])", style[1]):
        if sign == "{" and depth == 0:
            heads.append(head.strip())
        depth += 1 if sign == "{" else -1
    assert depth == 0
    assert heads
    assert all(re.fullmatch(r"\.gradx|@media \(prefers-color-scheme: dark\)", head) for head in heads)


def test_a_check_has_one_too_and_what_has_none_gets_none() -> None:
    page = html(gradx.check("x^2", "dx = x"))
    assert page is not None
    assert "✗" in page
    assert html("a text") is None
