"""Roll-up: the rows of a network in groups that open: by map size, by fold, by module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from cnnviz.analysis.fold import Fold, Item, fold
from cnnviz.content import label
from cnnviz.graph import Graph
from cnnviz.report import Report
from cnnviz.views.chart_parts import runs

ROLLUPS: Final = ("stage", "fold", "module")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together. `parts`: groups, and indices of the report's rows.

    `times` is N where the group is a run of N like ones; `what` the class of its module.
    """

    name: str
    parts: tuple[Group | int, ...]
    times: int = 1
    what: str = ""

    def rows(self) -> Iterator[int]:
        """The indices of its rows, in the order in which they are shown."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.rows()
            else:
                yield part

    def walk(self) -> Iterator[Group]:
        """This group and all within, each before what it holds: their numbers in an address."""
        yield self
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.walk()


Groups = tuple[Group | int, ...]


def groups(graph: Graph, report: Report, by: str, lang: str) -> Groups:
    """The rows of the report, each once, in groups of two or more; single rows stand bare."""
    if by == "stage":
        found = (
            Group(_stage(run.words, lang), tuple(range(run.first, run.last + 1)))
            for run in runs(report.rows, lang)
        )
        return tuple(_flat(g) for g in found)
    if by == "fold":
        folded = fold(graph)
        at = {r.id: i for i, r in enumerate(report.rows)}
        parts = (_folded(folded, i, at) for i in (*folded.root.children, *folded.root.tail))
        return _in_order(parts)
    return _modules(graph)


def walk(found: Groups) -> Iterator[Group]:
    """All groups, in the order of their numbers."""
    for part in found:
        if isinstance(part, Group):
            yield from part.walk()


def _stage(words: str, lang: str) -> str:
    vector = label("views.chart_vector", lang)
    return label("layers.vectors" if words == vector else "layers.stage", lang, size=words)


def _folded(folded: Fold, item: Item, at: dict[str, int]) -> Group | int:
    if not item.folds:
        ops = folded.cells[item.cells[0]].ops
        return _flat(Group(item.path, tuple(sorted(at[op] for op in ops))))
    parts = _in_order(_folded(folded, i, at) for i in (*item.children, *item.tail))
    first, last = item.children[0], item.children[-1]
    name = item.path or first.path
    if item.kind in ("run", "widths", "stage") and last.path != first.path:
        name = _span(first.path, last.path)
    return _flat(Group(name, parts, item.times, item.cls if item.children[0].folds else ""))


def _span(first: str, last: str) -> str:
    """ "conv1_1–2" for conv1_1 to conv1_2."""
    a, b = (re.fullmatch(r"(.*?)(\d+)", name) for name in (first, last))
    alike = a and b and a[1] == b[1]
    return f"{first}–{b[2]}" if alike and b else f"{first} … {last}"


def _modules(graph: Graph) -> Groups:
    """Nested as the modules are; each call of a module is a group of its own."""
    tree: dict[Any, Any] = {}
    for i, node in enumerate(graph.nodes):
        inside = tree
        for scope in node.scope:
            if scope.path:
                inside = inside.setdefault(scope, {})
        inside[i] = i
    return tuple(_module(key, held) for key, held in tree.items())


def _module(key: Any, held: Any) -> Group | int:
    if isinstance(held, int):
        return held
    parts = tuple(_module(k, v) for k, v in held.items())
    return _flat(Group(key.path, parts, 1, key.cls))


def _flat(group: Group) -> Group | int:
    """A group of one part is that part."""
    return group.parts[0] if len(group.parts) == 1 else group


def _in_order(parts: Iterable[Group | int]) -> Groups:
    """By the first row of each, so that an unsorted table is in execution order."""
    return tuple(sorted(parts, key=_first))


def _first(part: Group | int) -> int:
    return min(part.rows()) if isinstance(part, Group) else part
