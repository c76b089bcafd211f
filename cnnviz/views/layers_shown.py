"""The table of layers as a reader has it: columns chosen, filtered, sorted, rolled up.

The browser shows the same at once (ui/assets/table_lines.js); this is what a file of it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cnnviz.content import label
from cnnviz.errors import ReaderError
from cnnviz.graph import Graph
from cnnviz.picture import Cell, Table
from cnnviz.report import ADDITIVE, Report
from cnnviz.views.layers import COLUMNS, every, find_words, ranks
from cnnviz.views.rollup import ROLLUPS, Group, groups, walk

BETWEEN: Final = "."  # neither escaped in an address nor part of a column's name
DOWN: Final = "-"  # before the column: largest first
ALL: Final = "all"
LONGEST: Final = 80  # characters of a filter
# What a group's cell says of its rows; other columns say nothing.
OF_ROWS: Final = {
    **dict.fromkeys(ADDITIVE, "sum"),
    "input": "first",
    "output": "last",
    "depth": "max",
    **dict.fromkeys(("receptive_field", "jump", "start"), "last"),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """The four tokens of an address, each "" at its default."""

    sort: str = ""  # "macs", "-macs"
    filter: str = ""  # words that all must be found; "-relu": must not
    columns: str = ""  # "output.macs"
    rollup: str = ""  # "stage", "stage.0.3": these open, "stage.all.2": all but this


def default_columns(report: Report) -> tuple[str, ...]:
    """What a table of layers shows at first: it keeps to a screen."""
    more = ("connections",) if "connections" in report.columns else ()
    return ("name", "op", "output", "kernel", "params", "macs", *more, "activations",
            "receptive_field")  # fmt: skip


def parse_sort(raw: str) -> str:
    """ReaderError: no such column."""
    if raw.removeprefix(DOWN) not in COLUMNS:
        raise _unknown("sort", raw, COLUMNS)
    return raw


def parse_filter(raw: str) -> str:
    """The words, cut to LONGEST characters; every text is a filter."""
    return " ".join("".join(c for c in raw[:LONGEST] if c.isprintable()).split())


def parse_columns(raw: str) -> str:
    """In the table's order; the name always stands first. ReaderError: no such column."""
    wanted = raw.split(BETWEEN)
    for key in wanted:
        if key not in COLUMNS:
            raise _unknown("columns", key, COLUMNS[1:])
    return BETWEEN.join(k for k in COLUMNS if k in wanted)


def parse_rollup(raw: str) -> str:
    """ReaderError: no such way, or what follows are no numbers of groups."""
    by, *opened = raw.split(BETWEEN)
    numbers = opened[1:] if opened[:1] == [ALL] else opened
    if by not in ROLLUPS or not all(n.isascii() and n.isdecimal() and len(n) < 6 for n in numbers):
        raise _unknown("rollup", raw, ROLLUPS)
    return raw


def shown(graph: Graph, report: Report, lang: str, choices: Choices) -> Table:
    """The lines that a reader sees, in that order; the last row sums the rows that were found."""
    whole = every(report, lang)
    found = matching(report, lang, choices.filter)
    keys = tuple(choices.columns.split(BETWEEN)) if choices.columns else default_columns(report)
    kept = [0, *(i for i, k in enumerate(COLUMNS) if k in keys and i)]
    lines = _Lines(whole, report, lang, found, choices)
    rows = (lines.cells(line) for line in lines.listed(lines.tree(graph), bool(choices.filter)))
    totals = lines.summed(sorted(found), adding=True)
    if len(found) < len(report.rows):
        said = label("layers.sum_shown", lang, n=len(found), of=len(report.rows))
    else:
        said = label("layers.total", lang)
    return Table(
        whole.name,
        whole.caption,
        tuple(whole.columns[i] for i in kept),
        tuple(tuple(row[i] for i in kept) for row in rows),
        (said, *(totals[i] for i in kept[1:])),
    )


def matching(report: Report, lang: str, words: str) -> frozenset[int]:
    """The rows that hold every word, and none that has a minus before it."""
    wanted = words.lower().split()
    more = [w for w in wanted if not (w.startswith("-") and len(w) > 1)]
    less = [w[1:] for w in wanted if w.startswith("-") and len(w) > 1]
    texts = (find_words(r, lang) for r in report.rows)
    return frozenset(
        i
        for i, text in enumerate(texts)
        if all(w in text for w in more) and not any(w in text for w in less)
    )


class _Lines:
    """Rows and groups as lines: filtered, sorted among their siblings, opened as chosen."""

    def __init__(
        self, whole: Table, report: Report, lang: str, found: frozenset[int], choices: Choices
    ) -> None:
        self.whole, self.report, self.lang, self.found = whole, report, lang, found
        self.choices = choices
        self.key = choices.sort.removeprefix(DOWN)
        self.ranks = ranks(report, self.key, lang) if self.key else ()
        self.sign = -1 if choices.sort.startswith(DOWN) else 1

    def tree(self, graph: Graph) -> tuple[Group | int, ...]:
        by = self.choices.rollup.partition(BETWEEN)[0]
        if by:
            return groups(graph, self.report, by, self.lang)
        return tuple(range(len(self.report.rows)))

    def listed(self, tree: tuple[Group | int, ...], filtered: bool) -> Iterator[Group | int]:
        opened = self.choices.rollup.split(BETWEEN)[1:]
        every_one = opened[:1] == [ALL]
        numbers = set(opened[1:] if every_one else opened)
        turned = {id(g) for n, g in enumerate(walk(tree)) if str(n) in numbers}
        return self._listed(tree, turned, every_one or filtered)

    def _listed(
        self, parts: Sequence[Group | int], turned: set[int], opened: bool
    ) -> Iterator[Group | int]:
        kept = [p for p in parts if self.held(p)]
        for part in sorted(kept, key=self.place) if self.key else kept:
            yield part
            if isinstance(part, Group) and opened != (id(part) in turned):
                yield from self._listed(part.parts, turned, opened)

    def held(self, part: Group | int) -> list[int]:
        """The rows of a line that were found, in execution order."""
        rows = part.rows() if isinstance(part, Group) else (part,)
        return sorted(i for i in rows if i in self.found)

    def place(self, part: Group | int) -> tuple[bool, int]:
        """Nothing stands last, whichever way; equals in execution order."""
        values = [v for i in self.held(part) if (v := self.ranks[i]) is not None]
        return (False, self.sign * _of(self.key, values)) if values else (True, 0)

    def cells(self, part: Group | int) -> tuple[Cell, ...]:
        if isinstance(part, int):
            return self.whole.rows[part]
        held = self.held(part)
        name = part.name if part.times == 1 else f"{part.name} (×{part.times})"
        return (name, label("layers.holds", self.lang, n=len(held)), *self.summed(held)[2:])

    def summed(self, rows: Sequence[int], adding: bool = False) -> tuple[Cell, ...]:
        """What stands for the rows, a cell a column; `adding`: only where it is their sum."""
        cells: list[Cell] = []
        for at, key in enumerate(COLUMNS):
            values = [v for i in rows if (v := self.whole.rows[i][at]) is not None]
            silent = key not in OF_ROWS or (adding and key not in ADDITIVE)
            cells.append("" if silent else _of(key, values) if values else None)
        return tuple(cells)


def _of(key: str, values: Sequence[Any]) -> Any:
    """What a column says of several rows, from what it says of each."""
    how = OF_ROWS.get(key, "first")
    if how in ("first", "last"):
        return values[0 if how == "first" else -1]
    return sum(values) if how == "sum" else max(values)


def _unknown(name: str, raw: str, known: Sequence[str]) -> ReaderError:
    clean = "".join(c for c in raw[:40] if c.isprintable())
    return ReaderError("unknown_choice", name=name, value=clean, known=tuple(known))
