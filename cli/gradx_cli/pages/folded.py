"""The page of `eval` for a program with bundles: a row a bundle, its value, its gradient and its worst verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from gradx.bundle import MOST_TOLD, Group, shape_text
from gradx.errors import GradxError, Source, Span
from gradx.point.bundle_report import BundleReport, bundle_reports, farthest
from gradx.point.exploration import Exploration, NodeReport
from gradx_cli.answer import Answer, Medium, Record, selected
from gradx_cli.blocks import GAP, Block, Code, Column, Equation, Equations, Item, Items, Part, Table, Title, Tone
from gradx_cli.escape import safe
from gradx_cli.numbers import NONE, Exact, counted, shown
from gradx_cli.pages.bundle_numbers import Gradients, bmatrix, called, entries, in_line, lines_of, matrix_form, point
from gradx_cli.pages.conclusion import JUDGED, conclusion, opening, title, value_record, verdict_record
from gradx_cli.terminal import LONGEST_TITLE
from gradx_cli.width import cells

FEWEST_DIGITS = 4

ROOMS = ((20, 28), (16, 28), (14, 26), (12, 20), (10, 14), (12, 11), (10, 10))
"""Less and less room for a definition, and for a list of numbers."""


class Room(NamedTuple):
    """The digits of numbers, and the characters of a definition and of a list of numbers."""

    digits: int
    definition: int
    numbers: int


def answer(
    exploration: Exploration, digits: int, only: str | None = None, *, unfold: bool = False, whole: Sequence[str] = ()
) -> Answer:
    """The folded table and what it comes to; the exploration as an object; an entry a row.

    `unfold`: operations without a name have their rows, or of the groups `whole` every entry its own.
    """
    reports = _only(list(bundle_reports(exploration)), only)
    told = Gradients(exploration, digits)

    def page(medium: Medium) -> Iterator[Block]:
        every = (unfold and not whole) or medium.whole or len(reports) <= MOST_TOLD
        kept = reports if every else [report for report in reports if report.group.is_given]
        is_folded = len(kept) < len(reports)
        kept = [each for report in kept for each in (report.apart if report.group.name in whole else (report,))]
        yield from (GAP, Title(title(exploration, digits, None if medium.whole else LONGEST_TITLE)), GAP)
        sheet = _Sheet(told, kept, is_folded)
        yield from (sheet.plain(told.digits) if medium.whole or medium.document else sheet.lined(), GAP)
        yield Items([*conclusion(exploration), *_asides(exploration, reports, kept, told.digits)])

    alone = (f"{safe(r.group.name)} {in_line(r.group, r.gradients, digits)}" for r in reports if r.group.is_input)
    return Answer(page, _records(told, reports), _rows(reports), exploration.warnings, alone)


def _only(reports: list[BundleReport], only: str | None) -> list[BundleReport]:
    """The groups that `--only` names: `inputs`, `named`, or names. GradxError("name") for a name that is none."""
    if only is None:
        return reports
    if only in ("inputs", "named"):
        return [r for r in reports if r.group.is_input or (only == "named" and r.group.is_given)]
    names = [name.strip() for name in only.split(",")]
    known = [report.group.name for report in reports]
    for name in names:
        if name not in known:
            span = Span(Source("--only", only), max(0, only.find(name)), max(1, len(name)))
            hint = f"it can be inputs, named, or {', '.join(known[:12])}"
            raise GradxError("name", f"--only names {name!r}, which is none of them", hint=hint, span=span)
    return [report for report in reports if report.group.name in names]


NEAR = 0.1
"""How far a slope may be off, of a gradient above 1 relatively, that an input moves the output as its gradient says."""


def _asides(
    exploration: Exploration, reports: Sequence[BundleReport], kept: Sequence[BundleReport], digits: int
) -> Iterator[Item]:
    """How far the nudges are off, what is not shown, and how many digits are."""
    far = farthest(exploration)
    if far is not None:
        epsilon, output = shown(exploration.options.epsilon), safe(exploration.graph.names[exploration.graph.output])
        within = shown(far.off, 2)
        tried = "the one" if far.tried == 1 else f"each of the {far.tried}"
        who = "every input" if far.tried == far.inputs else f"{tried} tried of {far.inputs} inputs"
        said = f"nudged by {epsilon}, {who} moves {output} as its gradient says, to within {within} of its slope"
        if far.off > NEAR * max(1.0, abs(far.gradient)):
            said = f"nudged by {epsilon}, not every input moves {output} as its gradient says"
        if far.off:
            slope, gradient = shown(far.slope, 6), shown(far.gradient, 6)
            said += f"; farthest off is {safe(far.name)}: slope {slope}, d{safe(far.name)} = {gradient}"
        yield Item("", said)
    if len(kept) < len(reports):
        count = counted(len(reports) - len(kept), "operation")
        what = "is folded into these rows; --unfold shows it" if count.startswith("1 ") else ""
        yield Item("", f"{count} without a name {what or 'are folded into these rows; --unfold shows each'}")
    if any(len(report.values) > 1 for report in kept):
        yield Item("", f"numbers have up to {digits} digits here; --json has all of them")


def _mark(report: BundleReport) -> tuple[str, Tone]:
    if not report.counted:
        return NONE, "quiet"
    judged, of = JUDGED[report.status], len(report.counted)
    return (judged.mark if report.status == "agree" or of == 1 else f"{judged.mark} {report.count}/{of}"), judged.tone


def _shape(group: Group) -> str:
    if group.is_number:
        return ""
    if group.indices and group.shape[0] * group.shape[1] == len(group.entries) and len(group.indices) > 2:
        return "x".join(str(run.last - run.first + 1) for run in group.indices)
    return shape_text(group.shape)


CAPTION = "every bundle: its value, its gradient, and what is proved of it"


class _Sheet(NamedTuple):
    """The rows of the groups that are shown; of folded ones the definitions and forms are in given names alone."""

    told: Gradients
    reports: Sequence[BundleReport]
    is_folded: bool

    def _definition(self, group: Group) -> str:
        if group.is_input:
            return "input"
        return safe((group.expression if self.is_folded else group.definition) or "")

    def _forms(self, report: BundleReport) -> list[str]:
        """The matrix forms of a group, a text each."""
        own = self.told.own(report)
        return [safe(f"{form.target} {form.sign} {form.named if self.is_folded else form.formula}") for form in own]

    def lined(self) -> Table:
        """Of all widths, each bundle on as many lines as it takes."""
        digits = self.told.digits
        fewer = Room(max(digits - 1, FEWEST_DIGITS), 20, 28)
        narrower = [partial(self._in, room) for room in (fewer, *(Room(FEWEST_DIGITS, *room) for room in ROOMS))]
        return self._in(Room(digits, 28, 34))._replace(narrower=narrower, blocks=partial(self.plain, FEWEST_DIGITS))

    def _in(self, room: Room) -> Table:
        columns: list[list[str]] = [[], [], [], [], []]
        tones: list[Tone] = []
        for report in self.reports:
            group = report.group
            mark, tone = _mark(report)
            lines = partial(lines_of, group, digits=room.digits, room=room.numbers)
            forms = [line for text in self._forms(report) for line in wrapped(text, room.numbers)]
            blocks = [
                [called(group), *filter(None, [_shape(group)])],
                wrapped(self._definition(group), room.definition),
                lines(report.values),
                [*lines(report.gradients), *forms],
                [mark],
            ]
            height = max(map(len, blocks))
            for column, block in zip(columns, blocks, strict=True):
                column += [*block, *[""] * (height - len(block))]
            tones += [tone] * height
        names, what, values, gradients, marks = (Part(column) for column in columns)
        found = [
            Column("node", (names,), code=True),
            Column("is", (what,), "quiet"),
            Column("value", (values,), "forward"),
            Column("gradient", (gradients,), "backward", code=True),
            Column("verdict", (marks,), tones, mark=True),
        ]
        return Table(found, CAPTION, heads=1)

    def plain(self, digits: int) -> Table:
        """A row a bundle, for pages that have no width."""
        reports = self.reports
        names = [Code(called(report.group)) for report in reports]
        what = [self._definition(report.group) for report in reports]
        values = [Code(in_line(report.group, report.values, digits)) for report in reports]
        gradients = [Code(in_line(report.group, report.gradients, digits)) for report in reports]
        marks = [_mark(report) for report in reports]
        shapes = [_shape(report.group) for report in reports]
        written = ["; ".join(self._forms(report)) for report in reports]
        columns = [
            Column("node", (Part(names),), code=True),
            Column("is", (Part([text if text == "input" else Code(text) for text in what]),), "quiet"),
            Column("shape", (Part(shapes),)),
            Column("value", (Part(values),), "forward", code=True),
            Column("gradient", (Part(gradients),), "backward", code=True),
            Column("matrix form", (Part([Code(text) if text else "" for text in written]),), "backward"),
            Column("verdict", (Part([mark for mark, _ in marks]),), [tone for _, tone in marks], mark=True),
        ]
        said = []
        for name, definition, shape, value, gradient, form, (mark, _) in zip(
            names, what, shapes, values, gradients, written, marks, strict=True
        ):
            kind = "an input" if definition == "input" else definition
            proved = "Proved." if mark == "✓" else f"Not proved right: {mark.lstrip('!?✗ ')}." if mark != NONE else ""
            known = f"{name} is {kind}{f', {shape}' if shape else ''}, with value {value} and gradient {gradient}."
            said.append(" ".join(filter(None, [known, f"{form}." if form else "", proved])))
        return Table(columns, CAPTION, heads=1, sentences=said, solution=partial(self._solution, digits))

    def _solution(self, digits: int) -> Iterator[Equations]:
        """The forward pass and every gradient, as matrices of LaTeX."""
        from gradx.language.latex import latex_name

        pairs = [(report.group, report) for report in self.reports]
        forward = [Equation(latex_name(group.name), (bmatrix(group, r.values, digits),)) for group, r in pairs]
        yield Equations(forward, "forward", airy=True)
        backward = [
            Equation(self.told.quotient(group), (bmatrix(group, r.gradients, digits),)) for group, r in reversed(pairs)
        ]
        yield Equations(backward, "backward")


_SIGN = re.compile(r"(?<=[*/(,])(?!\Z)")


def wrapped(text: str, room: int) -> list[str]:
    """A text on lines, broken at blanks; a longer word behind a sign."""
    lines = [""]
    for word in text.split():
        blank = " " * bool(lines[-1])
        for part in [word] if cells(word) <= room else _SIGN.split(word):
            if lines[-1] and cells(lines[-1]) + len(blank) + cells(part) > room:
                lines.append(part)
            else:
                lines[-1] += blank + part
            blank = ""
    return lines


def _records(told: Gradients, reports: Sequence[BundleReport]) -> Iterator[Record]:
    exploration, bundles = told.exploration, told.exploration.program.bundles
    assert bundles is not None
    inputs = [report for report in reports if report.group.is_input]
    yield {
        **opening("eval", exploration),
        "epsilon": exploration.options.epsilon,
        "order": [report.group.name for report in reports],
        "sizes": dict(bundles.sizes),
        "point": point(inputs),
        "value_verdict": value_record(exploration.value_verdict),
        "confirmed": exploration.confirmed,
        "proved": exploration.proved,
        "gradients": {report.group.name: report.nested(report.gradients) for report in inputs},
        "nodes": [_node(r.group, entry) for r in reports if r.group.is_number for entry in r.counted],
        "bundles": [_bundle(told, report) for report in reports if not report.group.is_number],
    }


WHAT = ("name", "kind", "definition", "inputs")
"""What is said of a node, or of a bundle, before its numbers."""


def _node(group: Group, node: NodeReport) -> Record:
    told = selected(node, "value", "gradient", "nudge", "symbolic")
    return {**selected(group, *WHAT), **told, "verdict": verdict_record(node.verdict)}


def _bundle(told: Gradients, report: BundleReport) -> Record:
    group = report.group
    slopes = [entry.nudge.slope if entry and entry.nudge else None for entry in report.entries]
    outputs = [entry.nudge.output if entry and entry.nudge else None for entry in report.entries]
    worse = [entry for entry in report.counted if entry.verdict.status != "agree"]
    failing = [
        {"name": entry.name, **selected(entry.verdict, "status", "reason", "exact", "left", "right")} for entry in worse
    ]
    return {
        **selected(group, *WHAT, "shape"),
        "indices": [{"name": r.name, "from": r.first, "to": r.last} for r in group.indices] or None,
        "value": list(report.values),
        "gradient": list(report.gradients),
        "matrix_form": matrix_form(told.own(report)),
        "nudge": {"slope": slopes, "output": outputs} if any(s is not None for s in slopes) else None,
        "verdict": {
            "status": report.status,
            "count": report.count,
            "of": len(report.counted),
            "checked": "entries",
            "entries": failing,
        },
    }


def _rows(reports: Sequence[BundleReport]) -> Iterator[Record]:
    """An entry a row: the bundle, where in it the entry stands, and what is known of it."""
    for report in reports:
        for place, value, gradient, entry in zip(
            entries(report.group), report.values, report.gradients, report.entries, strict=True
        ):
            verdict = None if entry is None else entry.verdict
            nudge = None if entry is None else entry.nudge
            yield {
                **place,
                "value": value,
                "gradient": gradient,
                "nudge_output": nudge and nudge.output,
                "nudge_slope": nudge and nudge.slope,
                "verdict": verdict and verdict.status,
                "reason": verdict and verdict.reason,
                "exact": verdict and verdict.exact and Exact(verdict.exact),
                "left": verdict and verdict.left,
                "right": verdict and verdict.right,
            }
