"""The registry of pages: menu, home and tests read it. A page: a file in pages/ and a line here."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz import zoo

GROUPS = ("networks",)  # the menu's groups, in order; labels "ui.menu.<group>"


@dataclass(frozen=True, slots=True)
class Page:
    """`slug` is the address and the stem of the file in pages/; `label` the key of its name."""

    slug: str
    group: str
    label: str

    @property
    def file(self) -> str:
        """As Streamlit's links want it."""
        return f"pages/{self.slug}.py"


OTHERS: tuple[Page, ...] = ()  # pages that are no family


def pages() -> tuple[Page, ...]:
    """Every page but home: the families in the order of the timeline, then the others."""
    families = (Page(f.slug, "networks", f"families.{f.slug}.name") for f in zoo.families())
    return (*families, *OTHERS)
