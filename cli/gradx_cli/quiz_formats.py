"""The formats in which other programs take problems, each the lines of a file. Only `gradx quiz` has them, beside those
of every command.

Moodle XML is as https://docs.moodle.org/en/Moodle_XML_format describes it; no schema of it is published. What is typed
freely is an essay with the answer for the grader: Moodle compares short answers character by character, takes `*` for
any text there, and would refuse what is right in another form. `gradx grade` reads them.

GIFT is as https://docs.moodle.org/en/GIFT_format describes it: `~ = # { } :` and the backslash have a backslash before
them, blank lines stand between questions, feedback behind `#`, feedback on all of a question behind `####`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final
from xml.sax.saxutils import escape as escape_xml

from gradx.lessons.quiz.item import Choice, Item
from gradx_cli.blocks import Words, joined
from gradx_cli.escape import safe
from gradx_cli.notation import TextNotation
from gradx_cli.pages.quiz import Told
from gradx_cli.set_notations import LatexNotation


def _title(seed: int, k: int, item: Item) -> str:
    """What a problem is called in a bank of questions."""
    return f"gradx {seed}-{k:03d} {item.kind}, level {item.level}"


def _answers(item: Item) -> Sequence[str]:
    """What is right, a line each, as it is typed."""
    return [f"{answer.asked} = {answer.formula}" for answer in item.answers]


def _said(choice: Choice) -> str:
    """What is said to who chooses it."""
    return f"{choice.mistake}: {choice.feedback}" if choice.mistake else choice.feedback


_SPECIAL = re.compile(r"([\\~=#{}:])")


def gift(items: Iterable[Item], seed: int) -> Iterator[str]:
    """The lines of the file: a question an item."""
    for k, item in enumerate(items, 1):
        told = Told(item, TextNotation(item.program.graph, 10))
        name = _gift_text(_title(seed, k, item))
        yield f"::{name}::[html]{_gift_text(joined(told.prompt))}{{"
        if item.choices:
            for choice in item.choices:
                yield f"{'=' if choice.is_right else '~'}{_gift_text(choice.text)}#{_gift_text(_said(choice))}"
        elif item.kind == "number":
            yield f"#{item.answers[0].formula}:0"
        else:
            yield f"####{_gift_text(chr(10).join(_answers(item)))}"
        yield from ("}", "")


def _gift_text(words: str) -> str:
    """Text in HTML with what means something to GIFT escaped, in one line."""
    lines = (escape(safe(line), quote=False) for line in words.split("\n"))
    return _SPECIAL.sub(r"\\\1", "<br>".join(lines))


def moodle(items: Iterable[Item], seed: int) -> Iterator[str]:
    """The lines of the file: a question an item."""
    yield from ('<?xml version="1.0" encoding="UTF-8"?>', "<quiz>")
    for k, item in enumerate(items, 1):
        yield from _question(item, _title(seed, k, item))
    yield "</quiz>"


def _question(item: Item, name: str) -> Iterator[str]:
    told = Told(item, LatexNotation(item.program.graph, 10))
    sort = "multichoice" if item.choices else "numerical" if item.kind == "number" else "essay"
    yield f'<question type="{sort}">'
    yield f"<name><text>{escape_xml(safe(name))}</text></name>"
    yield from _text("questiontext", f"<p>{_html(told.prompt)}</p>")
    yield from _text(
        "generalfeedback", "" if item.choices else "".join(f"<p>{_code(line)}</p>" for line in _answers(item))
    )
    yield f"<defaultgrade>{len(item.answers)}</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden>"
    if item.choices:
        yield "<single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>"
        for choice in item.choices:
            yield from _choice(choice, _html((told.choice(choice),)))
    elif item.kind == "number":
        yield f'<answer fraction="100" format="moodle_auto_format"><text>{item.answers[0].formula}</text>'
        yield from (*_text("feedback", ""), "<tolerance>0</tolerance></answer>")
    else:
        yield "<responseformat>plain</responseformat><responserequired>1</responserequired>"
        yield f"<responsefieldlines>{5 * len(item.answers)}</responsefieldlines><attachments>0</attachments>"
        yield "<attachmentsrequired>0</attachmentsrequired>"
        yield from _text("graderinfo", "".join(f"<p>{_code(line)}</p>" for line in _answers(item)))
        yield from _text("responsetemplate", "")
    yield "</question>"


def _choice(choice: Choice, text: str) -> Iterator[str]:
    yield f'<answer fraction="{100 if choice.is_right else 0}" format="html"><text>{_data(text)}</text>'
    yield from (*_text("feedback", _escaped(_said(choice))), "</answer>")


def _text(tag: str, html: str) -> Iterator[str]:
    yield f'<{tag} format="html"><text>{_data(html)}</text></{tag}>'


def _data(html: str) -> str:
    """HTML in a CDATA section, which `]]>` would end."""
    return f"<![CDATA[{html.replace(']]>', ']]]]><![CDATA[>')}]]>" if html else ""


def _html(words: Words) -> str:
    """Words as HTML; their mathematics as the LaTeX that Moodle's filters typeset."""
    return joined(words, lambda math: rf"\({_escaped(math)}\)", _escaped).replace("\n", "<br>")


def _code(text: str) -> str:
    return f"<code>{_escaped(text)}</code>"


def _escaped(text: str) -> str:
    """Text in HTML, in ASCII whatever the stream."""
    lines = (escape(safe(line), quote=False) for line in text.split("\n"))
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode()


QUIZ_FORMATS: Final = {"moodle": moodle, "gift": gift}
