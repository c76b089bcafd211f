"""Picture and Table: what every view returns and every export starts from."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is the name in JSON and CSV, `label` what the reader sees."""

    key: str
    label: str
    kind: str = "text"  # "text" | "int" | "float" | "code": decides alignment and digits
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain values in the order of `columns`; `totals` is the last, summed row."""

    name: str  # file stem
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] | None = None

    def to_dicts(self) -> list[dict[str, Cell]]:
        keys = [c.key for c in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]

    def _repr_html_(self) -> str:
        from cnnviz.views import table_text

        return table_text(self, "html")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, the data behind it, its text alternative and its caption.

    `svg` uses CSS classes for colours (views/palette.py), so one drawing serves both themes.
    Elements that stand for a node carry data-node="<id>", those that open or close data-fold.
    """

    name: str  # file stem
    svg: str
    width: float
    height: float
    alt: str  # says what the picture shows now
    caption: str
    data: Table | None = None

    def _repr_html_(self) -> str:
        from cnnviz.views import standalone_svg

        return standalone_svg(self)
