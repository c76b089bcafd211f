"""Draws the figures that lessons name: each view by its name in a placeholder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cnnviz import engine, zoo
from cnnviz.graph import Graph
from cnnviz.picture import Picture
from cnnviz.prose.grammar import Figure
from cnnviz.report import Report
from cnnviz.views.cost import cost
from cnnviz.views.memory import memory
from cnnviz.views.receptive_field import field, growth
from cnnviz.views.structure import structure
from cnnviz.views.volumes import volumes

Options = Mapping[str, str]
Drawer = Callable[[Graph, Report, Options, str, float], Picture]


def draw(figure: Figure, lang: str, width: float = 1000) -> Picture:
    """The picture of a lesson's figure. KeyError for a view or an option that there is not."""
    choice = zoo.resolve(figure.arch, figure.knobs)
    graph = engine.graph_of(choice)
    report = engine.report_of(choice)
    return VIEWS[figure.view](graph, report, figure.options, lang, width)


def _structure(graph: Graph, report: Report, _: Options, lang: str, width: float) -> Picture:
    return structure(graph, report, width=width, lang=lang)


def _volumes(graph: Graph, report: Report, options: Options, lang: str, width: float) -> Picture:
    return volumes(graph, report, width=width, lang=lang, selected=options.get("node"))


def _cost(_: Graph, report: Report, options: Options, lang: str, width: float) -> Picture:
    log = options.get("scale") == "log"
    return cost(report, options["quantity"], lang, options.get("node"), log, width)


def _memory(_: Graph, report: Report, options: Options, lang: str, width: float) -> Picture:
    return memory(report, options["mode"], lang, options.get("node"), width)


def _field(graph: Graph, report: Report, options: Options, lang: str, width: float) -> Picture:
    return field(graph, report, options["node"], lang, width)


def _growth(_: Graph, report: Report, options: Options, lang: str, width: float) -> Picture:
    return growth(report, lang, options.get("node"), width)


VIEWS: Final[dict[str, Drawer]] = {
    "structure": _structure,
    "volumes": _volumes,
    "cost": _cost,
    "memory": _memory,
    "receptive_field": _field,
    "growth": _growth,
}
