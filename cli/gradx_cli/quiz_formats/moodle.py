"""Moodle XML, as https://docs.moodle.org/en/Moodle_XML_format describes it; no schema of it is published.

What is typed freely is an essay with the answer for the grader: Moodle compares short answers character by character,
takes `*` for any text there, and would refuse what is right in another form. `gradx grade` reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from xml.sax.saxutils import escape as escape_xml

from gradx.lessons.quiz.item import Choice, Item
from gradx_cli.blocks import Words, joined
from gradx_cli.escape import safe
from gradx_cli.pages.quiz import Told
from gradx_cli.quiz_formats import answers, title
from gradx_cli.set_notations import LatexNotation


def lines(items: Iterable[Item], seed: int) -> Iterator[str]:
    """The lines of the file: a question an item."""
    yield from ('<?xml version="1.0" encoding="UTF-8"?>', "<quiz>")
    for k, item in enumerate(items, 1):
        yield from _question(item, title(seed, k, item))
    yield "</quiz>"


def _question(item: Item, name: str) -> Iterator[str]:
    told = Told(item, LatexNotation(item.program.graph, 10))
    sort = "multichoice" if item.choices else "numerical" if item.kind == "number" else "essay"
    yield f'<question type="{sort}">'
    yield f"<name><text>{escape_xml(safe(name))}</text></name>"
    yield from _text("questiontext", f"<p>{_html(told.prompt)}</p>")
    yield from _text(
        "generalfeedback", "" if item.choices else "".join(f"<p>{_code(line)}</p>" for line in answers(item))
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
        yield from _text("graderinfo", "".join(f"<p>{_code(line)}</p>" for line in answers(item)))
        yield from _text("responsetemplate", "")
    yield "</question>"


def _choice(choice: Choice, text: str) -> Iterator[str]:
    yield f'<answer fraction="{100 if choice.is_right else 0}" format="html"><text>{_data(text)}</text>'
    said = f"{choice.mistake}: {choice.feedback}" if choice.mistake else choice.feedback
    yield from (*_text("feedback", _escaped(said)), "</answer>")


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
