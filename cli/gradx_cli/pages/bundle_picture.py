"""What the diagram of a program with vectors and matrices says: a box a bundle, its shape and its numbers in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar

from gradx.bundle import Bundles, Group, shape_text
from gradx.derive.matrix_forms import Form
from gradx.point.bundle_report import BundleReport, bundle_reports
from gradx.point.held_forms import Forms, held_forms
from gradx_cli.answer import Record
from gradx_cli.escape import safe
from gradx_cli.pages.bundle_numbers import entries, in_line, lines_of, point
from gradx_cli.pages.picture import Picture, Texts

DIGITS, NUMBERS_COLUMNS = 4, 26

_GRADIENT = re.compile(r"\bd(\w+)")


class BundlePicture(Picture):
    """A box is the place of a group among those that are told."""

    ON_WIRES: ClassVar[str] = "the gradients that come back over them"

    @property
    def _bundles(self) -> Bundles:
        assert self.program.bundles is not None
        return self.program.bundles

    @cached_property
    def _groups(self) -> tuple[Group, ...]:
        return self._bundles.told()

    @cached_property
    def _reports(self) -> dict[str, BundleReport]:
        if self.exploration is None:
            return {}
        return {report.group.name: report for report in bundle_reports(self.exploration)}

    @cached_property
    def _forms(self) -> Forms:
        return {} if self.exploration is None else held_forms(self.exploration)

    @cached_property
    def _is_folded(self) -> bool:
        return len(self._groups) < len(self._bundles.groups)

    @cached_property
    def _at(self) -> dict[str, int]:
        return {group.name: box for box, group in enumerate(self._groups)}

    @cached_property
    def boxes(self) -> Sequence[int]:
        return range(len(self._groups))

    @cached_property
    def sources(self) -> Sequence[int]:
        return [box for box, group in enumerate(self._groups) if group.is_input]

    @property
    def output(self) -> int:
        return len(self._groups) - 1

    @cached_property
    def visits(self) -> tuple[int, ...]:
        """The output first, then the operations back to the first, then the inputs."""
        sources = self.sources
        return (*(box for box in reversed(self.boxes) if box not in sources), *sources)

    def called(self, box: int) -> str:
        return self._groups[box].name

    def definition(self, box: int) -> str | None:
        return self._groups[box].definition

    def arguments(self, box: int) -> Sequence[int]:
        return [self._at[name] for name in self._groups[box].inputs if name in self._at]

    def carried(self, box: int, slot: int) -> str | None:
        """What comes back over the wire, as the matrix form says it."""
        form = self._form(box, slot)
        return None if form is None else safe(f"{form.target} {form.sign} {self._formula(form)}")

    def _formula(self, form: Form) -> str:
        return form.named if self._is_folded else form.formula

    def _form(self, box: int, slot: int) -> Form | None:
        """The one form of an argument's gradient that reads the gradient of this box, and of no other; the only one of
        what is used once."""
        group, target = self._groups[self.arguments(box)[slot]], self._groups[box].name
        own = self._forms.get(group.name, ())
        found = [form for form in own if set(_GRADIENT.findall(self._formula(form))) & set(self._at) == {target}]
        uses = [other for other in self._groups if group.name in other.inputs]
        if len(uses) == 1 and len(own) == 1:
            return own[0]
        return found[0] if len(found) == 1 else None

    def _report(self, box: int) -> BundleReport | None:
        return self._reports.get(self.called(box))

    def numbers(self, box: int) -> tuple[object, object]:
        report = self._report(box)
        return (None, None) if report is None else (list(report.values), list(report.gradients))

    def texts(self, box: int) -> Texts:
        group, report = self._groups[box], self._report(box)
        if report is None or self.is_untaken(box):
            return None, None
        value, gradient = (
            "\n".join(lines_of(group, x, DIGITS, NUMBERS_COLUMNS)) for x in (report.values, report.gradients)
        )
        return value, gradient if report.counted else None

    def in_line(self, box: int) -> Texts:
        group, report = self._groups[box], self._report(box)
        if report is None:
            return None, None
        return in_line(group, report.values, DIGITS), in_line(group, report.gradients, DIGITS)

    def is_untaken(self, box: int) -> bool:
        report = self._report(box)
        return report is not None and all(x is None for x in report.values)

    def shape(self, box: int) -> str:
        group = self._groups[box]
        return "" if group.is_number else shape_text(group.shape)

    def described(self, box: int) -> Record:
        return {**super().described(box), "shape": self._groups[box].shape}

    def rows(self) -> Iterator[Record]:
        """An entry a row."""
        for box, group in enumerate(self._groups):
            report = self._report(box)
            for k, entry in enumerate(entries(group)):
                yield {
                    **entry,
                    "value": report and report.values[k],
                    "gradient": report.gradients[k] if report is not None and self.reached(box) else None,
                }

    def edges(self) -> Iterator[Record]:
        """One for each bundle that a bundle reads."""
        for box in self.boxes:
            for slot, other in enumerate(self.arguments(box)):
                form = self._form(box, slot) if self.reached(box) else None
                yield {
                    "from": self.called(other),
                    "to": self.called(box),
                    "slot": slot,
                    "target": form and form.target,
                    "formula": form and self._formula(form),
                }

    def undrawn(self) -> Iterator[str]:
        """Of a recurrence: what is computed from its own earlier entries would be a circle of wires."""
        for box in self.boxes:
            for other in self.arguments(box):
                if other >= box:
                    yield f"{self.name(box)} reads what {self.name(other)} was before, which has no wire"

    @property
    def point(self) -> object:
        return point(self._reports.values()) or None
