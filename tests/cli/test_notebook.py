"""A page as a piece of a notebook: it is well formed, and its style is for nothing outside it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import gradx
from gradx_cli.notebook import html

RULE = re.compile(r"([^{}]+)\{")


def test_it_is_one_element_without_anything_that_a_document_has() -> None:
    page = html(gradx.explore("relu(w*x + b)", w=1, x=2, b=-2)) or ""
    root = ElementTree.fromstring(page)
    assert (root.tag, root.get("class")) == ("div", "gradx")
    assert not {"html", "head", "body", "main", "script", "link"} & {element.tag for element in root.iter()}
    assert "! kink" in "".join(root.itertext())


def test_its_style_is_for_nothing_outside_it() -> None:
    style = re.search(r"<style>(.*)</style>", html(gradx.explore("x^2", x=1)) or "", re.DOTALL)
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
