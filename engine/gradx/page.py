"""What a notebook shows of a result: its page, where something that makes pages is installed."""

from __future__ import annotations


class Paged:
    """A result that has a page."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """A piece of HTML with its style, made by what is installed as `html` in the entry points `gradx.pages`.

        None where there is nothing, or nothing that knows this result: a notebook then shows `repr`.
        """
        from importlib.metadata import entry_points

        makers = entry_points(group="gradx.pages", name="html")
        return next((str(page) for maker in makers if (page := maker.load()(self)) is not None), None)
