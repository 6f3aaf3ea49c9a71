"""gradx explore: the page as a browser shows it, asked from outside. What is asserted is what stands on the page."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Browser

from gradx.lessons.examples import EXAMPLES

MOST_BYTES = 150_000

Page = Callable[..., Path]

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not here")

BOXES = "[...document.querySelectorAll('#graph g[data-node]')]"
VALUES = f"{BOXES}.map(g => g.textContent.replace(/ +/g, ' ').trim())"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.fixture
def page(gradx: Any, tmp_path: Path) -> Page:
    """What `gradx explore` writes for a command line."""

    def written(*words: str) -> Path:
        path = tmp_path / "page.html"
        done = gradx("explore", *words, "--output", str(path), "--force")
        assert (done.code, done.out) == (0, "")
        return path

    return written


def text(browser: Browser, selector: str) -> str:
    return str(browser.run(f"document.querySelector({json.dumps(selector)}).textContent"))


def quiet(browser: Browser, path: Path) -> bool:
    """Whether the page asked for nothing but itself, and complained of nothing."""
    return browser.errors == [] and browser.requests == [path.resolve().as_uri()]


SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"


def slide(browser: Browser, k: int, value: float) -> None:
    browser.run(
        f"{{ const s = document.getElementById('input-{k}'); s.value = {value}; s.dispatchEvent(new Event('input')); }}"
    )
    browser.run(SETTLED)


@in_browser
@pytest.mark.sampled(14)
@pytest.mark.parametrize("name", [example.name for example in EXAMPLES])
def test_every_example_opens_steps_slides_nudges_and_descends(browser: Browser, page: Page, name: str) -> None:
    path = page(f"@{name}")
    browser.open(path)
    assert text(browser, "#trust").startswith(("✓ proved", "! not everything is proved"))
    total = int(browser.run("document.getElementById('step').max"))
    browser.press("Home")
    assert text(browser, "#where") == f"0 of {total}"
    unseen = "every(e => getComputedStyle(e).visibility === 'hidden')"
    assert browser.run(f"{BOXES}.map(g => g.querySelector('.gradient')).{unseen}")
    assert browser.run(f"[...document.querySelectorAll('.slider .backward')].{unseen}")
    for k in range(1, total + 1):
        browser.press("ArrowRight")
        assert text(browser, "#where").startswith(f"{k} of {total} · ")
        assert browser.run("document.querySelectorAll('#equation math').length > 1")
        assert browser.run("document.querySelectorAll('#source mark').length") == 1
    assert browser.run(f"{BOXES}.every(g => getComputedStyle(g.querySelector('.gradient')).visibility === 'visible')")
    before = text(browser, "#value")
    slide(browser, 0, 0.7 * float(browser.run("document.getElementById('input-0').max")))
    assert text(browser, "#value") != before
    assert not text(browser, "#trust").startswith("✓")
    browser.run("document.getElementById('home').click()")
    assert text(browser, "#value") == before
    browser.run("document.getElementById('nudge').click()")
    assert "slope" in text(browser, "#nudged")
    assert browser.run("document.querySelectorAll('#graph .moved').length > 0")
    assert browser.run("document.querySelectorAll('#travel tbody tr').length > 0")
    browser.run("document.getElementById('nudge').click()")
    browser.run(
        "{ const r = document.getElementById('rate'); r.value = 0.001; document.getElementById('once').click(); }"
    )
    assert text(browser, "#descended").startswith("after 1 step: ")
    assert browser.run("document.querySelectorAll('#path circle').length") == 2
    assert quiet(browser, path)


@in_browser
def test_values_gradients_and_words_follow_a_slider(browser: Browser, page: Page) -> None:
    path = page("u = b*c; v = a + u; J = 3v", "a=5", "b=3", "c=2")
    browser.open(path)
    assert text(browser, "#trust") == "✓ proved: the value and every gradient"
    assert browser.run(VALUES) == [
        "b = 3 ← db = 6", "c = 2 ← dc = 9", "u = b*c = 6 ← du = 3", "a = 5 ← da = 3", "v = a + u = 11 ← dv = 3",
        "J = 3*v = 33 ← dJ = 1",
    ]  # fmt: skip
    assert text(browser, "#equation").replace("\n", "") == "dJdc=dJdu·∂u∂c =3·b =3·3 =9" + "dJdu again"
    slide(browser, 0, -4)
    assert browser.run(VALUES)[0:3] == ["b = -4 ← db = 6", "c = 2 ← dc = -12", "u = b*c = -8 ← du = 3"]
    assert "=3·(−4) =−12" in text(browser, "#equation")
    assert text(browser, "#value") == "J = -9"
    assert text(browser, "#trust") == "float64 here: this page computed it, nothing is proved"
    assert browser.run("document.getElementById('said').getAttribute('role')") == "status"
    assert text(browser, "#said") == "step 9 of 9, backward: dc through u = -12"
    assert quiet(browser, path)


@in_browser
def test_a_nudge_is_told_as_python_tells_it(browser: Browser, page: Page, gradx: Any) -> None:
    words = ("u = b*c; v = a + u; J = 3v", "a=5", "b=3", "c=2")
    path = page(*words)
    browser.open(path)
    browser.run("document.getElementById('size').value = '0.001'")
    browser.run("document.querySelector('#graph g[data-node]').dispatchEvent(new MouseEvent('click'))")
    rows = browser.run(
        "[...document.querySelectorAll('#travel tbody tr')].map(r => [...r.children].map(c => c.textContent))"
    )
    moved = json.loads(gradx("nudge", words[0], "b", *words[1:], "--json").out)["moved"]
    for (name, before, after, _, slope), one in zip(rows, moved, strict=True):
        assert (name, float(before)) == (one["name"], one["before"])
        assert (float(after), float(slope.removesuffix(" ×"))) == pytest.approx((one["after"], one["slope"]), rel=1e-5)
    assert text(browser, "#nudged") == "b ↑ 0.001 ⇒ J moves by 0.006: slope 6, gradient before it 6"


@in_browser
@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x^2", "x=3"), "x ↑ 0.001 ⇒ J moves by 0.006001: slope 6.001, gradient before it 6"),
        (("relu(x)", "x=0"), "x ↑ 0.001 ⇒ J moves by 0.001: slope 1, gradient before it 0"),
        (("x - 1", "x=1e17"), "x ↑ 0.001: the nudge is lost in rounding"),
        (("relu(x)", "x=0"), "x ↓ 0.001 ⇒ J moves by 0: slope 0, gradient before it 0"),
        (("abs(x)", "x=0"), "x ↓ 0.001 ⇒ J moves by 0.001: slope -1, gradient before it 0"),
        (("sqrt(1 - x)", "x=0.9995"), "x ↑ 0.001 ⇒ J goes from 0.0223607 to none: there is no slope"),
    ],
)
def test_a_nudge_shows_a_slope_where_there_is_one(
    browser: Browser, page: Page, words: tuple[str, ...], said: str
) -> None:
    browser.open(page(*words))
    slope = text(browser, ".slider .backward")
    if "↓" in said:
        browser.run("document.getElementById('size').value = '-0.001'")
    browser.run("document.getElementById('nudge').click()")
    assert text(browser, "#nudged") == said
    assert text(browser, ".slider .backward") == slope


@in_browser
def test_the_address_keeps_the_point_and_the_step(browser: Browser, page: Page) -> None:
    path = page("w^2", "w=3")
    browser.open(path)
    slide(browser, 0, 1.5)
    browser.press("Home")
    browser.press("ArrowRight")
    browser.run("new Promise(done => setTimeout(done, 300))")
    fragment = browser.run("location.hash")
    assert fragment == "#x=1.5&step=1"
    browser.open(path, fragment)
    assert (text(browser, "#value"), text(browser, "#where")) == ("J = 2.25", "1 of 3 · forward →")
    browser.open(path, "#x=50&step=1")
    assert browser.run("document.getElementById('input-0').value") == "50"
    browser.open(path, "#x=no,2&step=99")
    assert (text(browser, "#value"), text(browser, "#where")) == ("J = 9", "3 of 3 · ← backward")
    slide(browser, 0, 1.5)
    browser.run("new Promise(done => { addEventListener('hashchange', done); location.hash = 'step=2'; })")
    assert (text(browser, "#value"), text(browser, "#where")) == ("J = 9", "2 of 3 · ← backward")


@in_browser
def test_the_box_of_a_step_is_in_sight_and_its_place_lit(browser: Browser, page: Page) -> None:
    browser.resize(390, 844)
    try:
        browser.open(
            page("W = [1, 2; 3, 4]; x = [1, -1]; b = [0.5, 0.5]; y = tanh(W @ x + b); z = exp(y); J = sum(z^2)")
        )
        browser.press("Home")
        for _ in range(1, 15):
            browser.press("ArrowRight")
            inside = """(([a, b]) => b.left >= a.left - 1 && b.right <= a.right + 1)(['#graph', '#graph .now .box'].map(
              which => document.querySelector(which).getBoundingClientRect()))"""
            assert browser.run(inside)
            assert text(browser, "#source mark")
    finally:
        browser.resize(1280, 900)


@in_browser
def test_a_descent_ends_where_the_point_is_moved(browser: Browser, page: Page) -> None:
    browser.open(page("w^2", "w=3"))
    browser.run("document.getElementById('many').click()")
    browser.run("document.getElementById('home').click()")
    browser.run("new Promise(done => setTimeout(done, 200))")
    assert (text(browser, "#value"), text(browser, "#descended")) == ("J = 9", "")


@in_browser
def test_what_becomes_of_a_descent_is_said(browser: Browser, page: Page) -> None:
    browser.open(page("w^2", "w=3"))
    for rate, steps, said in (
        ("0.1", 1, "after 1 step: J = 5.76"),
        ("1", 2, "after 2 steps: J = 9: it goes back and forth, and is where it was two steps before"),
        ("2", 1, "after 1 step: J = 81: it went up, the rate is too large here"),
        ("0", 1, "after 1 step: J = 9: it stays where it is"),
    ):
        browser.run("document.getElementById('home').click()")
        browser.run(f"document.getElementById('rate').value = '{rate}'")
        for _ in range(steps):
            browser.run("document.getElementById('once').click()")
        assert text(browser, "#descended") == said


@in_browser
def test_a_value_of_0_has_no_digits_to_lose(browser: Browser, page: Page) -> None:
    browser.open(page("w*x + b", "w=1", "x=2", "b=-1"), "#x=1,3,-3")
    assert text(browser, "#value") == "J = 0"
    assert text(browser, "#trust") == "float64 here, and rounding may have moved it by 3e-16"


@in_browser
def test_a_small_number_keeps_its_digits_in_a_box(browser: Browser, page: Page) -> None:
    browser.open(page("x + y", "x=-0.000138867", "y=0.000138867"))
    assert browser.run(VALUES)[:2] == ["x = -1.4e-4← dx = 1", "y = 1.39e-4← dy = 1"]


@in_browser
def test_kinks_branches_and_lost_digits_are_marked(browser: Browser, page: Page) -> None:
    path = page("a = relu(x); J = where(a > 2, y*a, a)", "x=1.5", "y=1")
    browser.open(path)
    untaken = f"{BOXES}.filter(g => g.classList.contains('untaken')).map(g => g.querySelector('.name').textContent)"
    edges = f"{BOXES}.filter(g => g.classList.contains('edge')).map(g => g.querySelector('.name').textContent)"
    assert (browser.run(untaken), browser.run(edges)) == (["y", "v1"], [])
    slide(browser, 0, 3)
    assert (browser.run(untaken), browser.run(edges)) == ([], [])
    slide(browser, 0, 0)
    assert (browser.run(untaken), browser.run(edges)) == (["y", "v1"], ["a"])
    said = "y is at a boundary of relu: the slopes on its two sides may differ"
    for words in (("y = relu(x); J = y^2 + y", "x=0"), ("y = relu(x); J = sum(y^2 + y)", "x=[0, 1]")):
        browser.open(page(*words))
        notes = {}
        for _ in range(browser.run("TOTAL")):
            notes[browser.run("data.steps[step - 1].said.split(' ')[0]")] = text(browser, "#note")
            browser.press("ArrowLeft")
        assert [name for name, note in notes.items() if note] == ["dx", "y"]
        assert {notes["dx"], notes["y"]} <= {said, said.replace("y is", "y[1] is")}
    path = page("(1 - cos(x))/x^2", "x=1")
    for x, lost in (("3e-7", "taken"), ("1e-9", "moved it by 1e2")):
        browser.open(path, f"#x={x}&step=3")
        assert f"rounding may have {lost}" in text(browser, "#trust")
        assert browser.run("document.getElementById('trust').className") == "doubtful"


@in_browser
def test_it_plays_and_is_read_by_ear_and_by_keys_alone(browser: Browser, page: Page) -> None:
    path = page("@neuron")
    browser.open(path)
    unnamed = """[...document.querySelectorAll('button, input, select')].filter(e =>
      !(e.textContent.trim() || e.labels?.length || e.getAttribute('aria-label'))).map(e => e.outerHTML)"""
    assert browser.run(unnamed) == []
    browser.press(" ")
    assert (text(browser, "#play"), text(browser, "#where")) == ("pause", "0 of 14")
    browser.press(" ")
    assert text(browser, "#play") == "play"
    stops = set()
    for _ in range(40):
        browser.press("Tab")
        stops.add(browser.run("document.activeElement.id || document.activeElement.tagName"))
    assert {"graph", "on", "play", "step", "input-0", "node", "size", "nudge", "rate", "once", "many"} <= stops


@in_browser
def test_a_finger_turns_the_page(browser: Browser, page: Page) -> None:
    browser.open(page("@neuron"))
    place = browser.run(
        "(r => [r.left + r.width/2, r.top + 20])(document.getElementById('stage').getBoundingClientRect())"
    )
    for way, said in ((80, "13 of 14"), (-80, "14 of 14")):
        points = [{"x": place[0] + k * way, "y": place[1]} for k in (0, 1)]
        browser.ask("Input.dispatchTouchEvent", type="touchStart", touchPoints=points[:1])
        browser.ask("Input.dispatchTouchEvent", type="touchMove", touchPoints=points[1:])
        browser.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        assert text(browser, "#where").startswith(said)


LUMINANCE = """{
function light(color) {
  const linear = c => c <= 0.04045 ? c/12.92 : ((c + 0.055)/1.055)**2.4;
  const [r, g, b] = color.match(/[\\d.]+/g).map(c => linear(Number(c)/255));
  return 0.2126*r + 0.7152*g + 0.0722*b;
}
function ground(e) {
  for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (!/rgba\\(.*, 0\\)|transparent|color\\(/.test(c)) return c;
  }
  return 'rgb(255, 255, 255)';
}
const speaks = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
const seen = e => e.checkVisibility() && !e.closest('figure[hidden]') && !e.matches('title, :disabled');
const pen = e => getComputedStyle(e)[e.closest('svg') ? 'fill' : 'color'];
const paper = e => e.closest('svg') ? getComputedStyle(document.querySelector('svg .box')).fill : ground(e);
[...document.querySelectorAll('main *')].filter(e => seen(e) && speaks(e)).map(e => {
  const [a, b] = [light(pen(e)), light(paper(e))].sort((x, y) => y - x);
  return [(a + 0.05)/(b + 0.05), e.textContent.slice(0, 20)];
}).filter(([ratio]) => ratio < 4.5)
}"""


@in_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_stands_out_and_nothing_is_wider_than_the_screen(browser: Browser, page: Page, theme: str) -> None:
    browser.prefer(prefers_color_scheme=theme)
    for words in (("@planar",), ("a = relu(x); J = where(a > 2, y*a, a)", "x=1.5", "y=1")):
        browser.resize(390, 844)
        browser.open(page(*words))
        for width in (390, 900, 1600):
            browser.resize(width, 844)
            browser.run(SETTLED)
            assert browser.run(LUMINANCE) == []
            assert browser.run(
                "[...document.querySelectorAll('main *')].every(e => getComputedStyle(e).opacity === '1')"
            )
            assert browser.run("document.documentElement.scrollWidth <= innerWidth")
    browser.resize(1280, 900)


@in_browser
def test_on_paper_the_drawing_is_whole_and_every_step_stands(browser: Browser, page: Page) -> None:
    browser.open(page("@planar"), "#step=3")
    browser.resize(700, 900)
    try:
        browser.ask("Page.printToPDF")
        browser.ask("Emulation.setEmulatedMedia", media="print")
        assert browser.run("(g => g.scrollWidth <= g.clientWidth)(document.getElementById('graph'))")
        assert browser.run("[...document.querySelectorAll('#steps > li')].every(e => e.checkVisibility())")
        assert browser.run("!document.querySelector('nav').checkVisibility()")
    finally:
        browser.ask("Emulation.setEmulatedMedia", media="")
        browser.resize(1280, 900)


HOSTILE = [
    ("λ_script*x", "λ_script=2", "x=1"),
    ("x + 1 # </script><img src=x onerror=alert(1)><!--", "x=1"),
    ("J = x*1e308*10", "x=1"),
    ("1/x + y", "x=1e-320", "y=1"),
    ("7000000001*x^7000000001", "x=1"),
    ("3*4",),
]


@in_browser
@pytest.mark.sampled(3)
@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_program_neither_runs_nor_breaks_anything(
    browser: Browser, page: Page, words: tuple[str, ...]
) -> None:
    path = page(*words)
    browser.open(path)
    for key in ("Home", "ArrowRight", "End"):
        browser.press(key)
    assert text(browser, "#value").startswith("J = ")
    assert browser.run("document.querySelectorAll('img, script:not([type]):not(:last-of-type)').length") == 0
    assert quiet(browser, path)


@in_browser
@pytest.mark.parametrize("count", [300, pytest.param(4999, marks=pytest.mark.slow)])
def test_thousands_of_nodes_are_listed(browser: Browser, page: Page, tmp_path: Path, count: int) -> None:
    chain = ["a0 = x + 1", *(f"a{k} = sin(a{k - 1})" for k in range(1, count))]
    (tmp_path / "long.txt").write_text("; ".join(chain), "utf-8")
    path = page("--file", str(tmp_path / "long.txt"), "x=1", "--checks", "none")
    browser.open(path)
    assert "too many to be drawn" in text(browser, "#graph")
    assert "of a pass with more than 250 the first and the last 20" in text(browser, "#graph")
    assert browser.run("(s => s.clientHeight < 500 && s.tabIndex === 0)(document.getElementById('source'))")
    for key in ("Home", "ArrowRight", "End"):
        browser.press(key)
    slide(browser, 0, 0.5)
    assert text(browser, "#value").startswith(f"a{count - 1} = ")
    assert quiet(browser, path)


def test_a_program_that_is_too_large_and_another_ending_are_refused(gradx: Any, tmp_path: Path) -> None:
    words = ("+".join(["x*x"] * 6000), "x=1", "--checks", "none", "--output", str(tmp_path / "a.html"))
    answer = gradx("explore", *words)
    assert (answer.code, answer.out, "a page takes up to 5,000" in answer.err) == (2, "", True)
    assert "it can be .html .htm" in gradx("explore", "x^2", "x=1", "--output", "a.svg").err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("@planar",), ("@two-layers",), ("x + 1 # </style><b>", "x=1")])
def test_the_page_is_small_and_allows_nothing_that_is_not_in_it(page: Page, words: tuple[str, ...]) -> None:
    document = page(*words).read_text("utf-8")
    assert len(document.encode()) <= MOST_BYTES
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', document)
    assert policy
    parts = dict(part.strip().split(" ", 1) for part in policy[1].split(";"))
    assert parts.keys() == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    assert (parts["default-src"], parts["base-uri"], parts["form-action"]) == ("'none'",) * 3
    for kind, pattern in (("script-src", r"<script>(.*?)</script>"), ("style-src", r"<style>(.*?)</style>")):
        found = re.findall(pattern, document, re.DOTALL)
        hashes = [f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in found]
        assert [parts[kind]] == hashes
    assert not re.search(r"""\sstyle=|\son\w+=|https?://(?!www\.w3\.org/)|innerHTML|eval\(""", document)


def test_explain_writes_the_same_page(gradx: Any, page: Page) -> None:
    words = ("u = b*c; v = a + u; J = 3v", "a=5", "b=3", "c=2")
    answer = gradx("explain", *words, "--format", "html", "--interactive")
    assert (answer.code, answer.out, answer.err) == (0, page(*words).read_text("utf-8"), "")
    for more in (("--interactive",), ("--interactive", "--format", "html", "--wrt", "b")):
        answer = gradx("explain", *words, *more)
        assert (answer.code, answer.out) == (2, "")
