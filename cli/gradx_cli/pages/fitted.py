"""What a descent over rows says beside its steps: which rows they were, what was proved, what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradx.errors import Note
from gradx.lessons.descents.fit import CLOSE, Fit, Reduce, Sampled
from gradx_cli.answer import Record, selected
from gradx_cli.blocks import Item, Sentence
from gradx_cli.escape import safe
from gradx_cli.numbers import counted, shown


@dataclass(frozen=True, slots=True)
class How:
    """What is summed, and how the steps go: `where` the rows are, their columns that are inputs, the size of
    mini-batches (None: all rows), `on` which machines (None: this one)."""

    where: str
    columns: tuple[str, ...]
    reduce: Reduce = "mean"
    momentum: float = 0.0
    batch: int | None = None
    seed: int = 0
    on: str | None = None

    def settings(self) -> str:
        """What stands behind the rate."""
        momentum = f", momentum {shown(self.momentum)}" if self.momentum else ""
        batches = f", mini-batches of {self.batch:,} rows (seed {self.seed})" if self.batch else ""
        return momentum + batches


@dataclass(frozen=True, slots=True)
class Fitted:
    """A descent over rows that has ended. `refused` says of the first skipped rows why, `notes` how cells were read
    that are not plain numbers; `curvature` is J's along its gradient at the start, where that was asked for."""

    how: How
    fit: Fit
    sampled: Sampled
    refused: Sequence[str]
    notes: tuple[Note, ...] = ()
    curvature: float | None = None

    def sentence(self, output: str) -> Sentence:
        """What J stands for."""
        columns = ", ".join(map(safe, self.how.columns))
        rows = counted(self.fit.whole.rows, "row")
        between = "; between the first step and the last, over the mini-batch of a step" if self.how.batch else ""
        data = f"columns {columns} are data" if len(self.how.columns) > 1 else f"column {columns} is data"
        said = f"{output} stands for its {self.how.reduce} over {rows} of {self.how.where}; its {data}"
        return Sentence(said + between)

    def advice(self, output: str) -> str:
        """What is known of a rate that would hold."""
        if self.curvature is None:
            return f"at the start {output} has no curvature along its gradient from which a limit of the rate follows"
        curvature, limit = shown(self.curvature, 4), shown(2 / self.curvature, 4)
        along = f"at the start {output}'s curvature along its gradient is {curvature}"
        return f"{along}, and a step overshoots above 2/{curvature} = {limit}"

    def items(self) -> Iterator[Item]:
        """What was proved, and what was left out or is doubtful."""
        yield self._proof()
        yield from (Item("", safe(note)) for note in self.notes)
        whole = self.fit.whole
        if whole.skipped:
            why = "; ".join((*self.refused, "…") if whole.skipped > len(self.refused) else self.refused)
            yield Item("!", f"{counted(whole.skipped, 'row')} skipped: {why}", "doubtful")
        if whole.bent:
            where = f"in {counted(whole.bent, 'row')} a function is at a kink, a jump or an edge"
            yield Item("!", f"at the last point {where}: its slope there is a convention", "doubtful")
        if self.fit.grown:
            grown = [f"{f'{size:,}' if size else 'all'} rows from step {step:,} on" for step, size in self.fit.grown]
            yield Item("", f"mini-batches grew where an epoch brought no lower mean: {', '.join(grown)}")

    def _proof(self) -> Item:
        found = self.sampled
        rows, sums = counted(found.rows, "row"), f"NumPy's sums over them are right to {shown(CLOSE)}"
        if not found.agrees:
            return Item("✗", f"at the start NumPy's sums over {rows} are not those of these rows one by one", "wrong")
        if found.doubt is None:
            many = (
                f"all {found.gradients:,} gradients of {rows} are"
                if found.gradients > 1
                else f"the gradient of {rows} is"
            )
            said = f"at the start {many} proved, and {sums}"
            return Item("✓", said, "confirmed")
        proved = f"{found.proved:,} of {found.gradients:,} gradients of {rows} are proved"
        return Item("!", f"at the start {proved} ({safe(found.doubt)}), and {sums}", "doubtful")

    def record(self) -> Record:
        """The same by names."""
        how, whole, found = self.how, self.fit.whole, self.sampled
        return {
            "file": how.where,
            "columns": list(how.columns),
            **selected(whole, "rows", "skipped"),
            "refused": list(self.refused),
            "at_boundary": whole.bent,
            **selected(how, "reduce", "momentum", "batch"),
            "seed": how.seed if how.batch else None,
            "grown": [{"step": step, "batch": size or whole.rows} for step, size in self.fit.grown],
            "on": how.on,
            "proof": {
                **selected(found, "rows", "gradients", "proved"),
                "reason": found.doubt,
                "sums_agree": found.agrees,
            },
        }
