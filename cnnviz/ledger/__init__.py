"""The ledger: every figure that papers printed of our networks, beside what we compute.

The data (data/*.toml) say what was printed and how to compute it; nothing computed is stored. A
cell is reproduced (our figure, rounded as printed, is the printed one), explained (it is not, but
the stated other reading gives the printed one), quoted (measured: accuracies, timings), open (what
was tried in vain is said) or unexplained. Reasons are keys; their words are content's.
"""

from __future__ import annotations

from cnnviz import zoo
from cnnviz.errors import ReaderError
from cnnviz.ledger.measure import compute
from cnnviz.ledger.model import (
    VERDICTS,
    Accuracy,
    Cell,
    Checked,
    Measure,
    Paper,
    Reading,
    Row,
    Verdict,
)
from cnnviz.ledger.read import all_rows, papers
from cnnviz.ledger.written import agrees, like

__all__ = [
    "VERDICTS", "Accuracy", "Cell", "Checked", "Measure", "Paper", "Reading", "Row", "Verdict",
    "accuracy", "cell", "check", "compute", "papers", "rows",
]  # fmt: skip


def rows(paper: str | None = None, arch: str | None = None) -> tuple[Row, ...]:
    """The rows of a paper, of a network (by any of its names), or all.

    ReaderError: no such paper in the ledger, no such network.
    """
    found = all_rows()
    if paper is not None:
        keys = tuple(dict.fromkeys(r.paper for r in found))
        if paper not in keys:
            raise ReaderError("unknown_paper", paper=paper[:40], known=keys)
        found = tuple(r for r in found if r.paper == paper)
    if arch is not None:
        name = zoo.find(arch).name
        found = tuple(r for r in found if any(_network(c) == name for c in r.cells))
    return found


def check(row: Row) -> Verdict:
    """Our figure beside each printed one; the row's verdict is its worst cell's."""
    cells = tuple(_check(c) for c in row.cells)
    return Verdict(row, max((c.verdict for c in cells), key=VERDICTS.index), cells)


def cell(paper: str, quantity: str, label: str = "") -> tuple[Row, Cell]:
    """One printed figure. KeyError where there is none, or more than one."""
    found = [
        (r, c)
        for r in all_rows()
        if r.paper == paper and r.quantity == quantity
        for c in r.cells
        if label in (c.label, f"{r.subject} {c.label}".strip())
    ]
    if len(found) != 1:
        raise KeyError(f"{paper} {quantity} {label!r}: {len(found)} figures")
    return found[0]


def accuracy(name: str, **knobs: zoo.Value) -> Accuracy | None:
    """The published accuracy of just this network, its own paper's first; None if it has none.

    A network with other knobs (half as wide, with batch normalisation) is another network.
    """
    choice = zoo.resolve(name, knobs)
    wanted = _identity(choice)
    found = [
        Accuracy(c.metric, r.dataset, c.printed, r, papers()[r.paper])
        for r in all_rows()
        for c in r.cells
        if c.metric and c.arch and _identity(zoo.resolve(c.arch, c.knobs)) == wanted
    ]
    found.sort(key=lambda a: (a.paper.key != choice.arch.paper, a.metric == "top5_error"))
    return found[0] if found else None


def _check(cell: Cell) -> Checked:
    if cell.reading is None:
        return Checked(cell, "quoted", None, "")
    value = compute(cell.reading.measure)
    shown = like(value, cell.printed, cell.reading.digits)
    if agrees(value, cell.printed, cell.reading.digits, cell.reading.rounding):
        return Checked(cell, "reproduced", value, shown)
    if cell.instead is not None:
        other = compute(cell.instead.measure)
        if agrees(other, cell.printed, cell.instead.digits, cell.instead.rounding):
            return Checked(cell, "explained", value, shown, other)
    return Checked(cell, "open" if cell.tried else "unexplained", value, shown)


def _network(cell: Cell) -> str:
    return zoo.find(cell.arch).name if cell.arch else ""


def _identity(choice: zoo.Choice) -> tuple[str, tuple[tuple[str, zoo.Value], ...]]:
    telling = (k.name for k in choice.arch.knobs if not k.same_network)
    return choice.arch.name, tuple((name, choice.knobs[name]) for name in telling)
