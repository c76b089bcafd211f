"""Numbers to drawings and tables. Loads nothing heavy: each view is imported when it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnviz.graph import Graph
    from cnnviz.picture import Picture, Table
    from cnnviz.report import Report
    from cnnviz.views.palette import Theme


def draw(
    graph: Graph,
    fmt: str = "svg",
    *,
    lang: str = "en",
    theme: Theme = "light",
    unfold: bool = False,
) -> bytes:
    """The graph as svg, png or pdf, folded as its page shows it or with everything unfolded; or as
    dot (Graphviz source, always unfolded). ReaderError: format.
    """
    if fmt == "dot":
        from cnnviz.views.dot import dot_source

        return dot_source(graph, lang=lang).encode()
    from cnnviz.analysis import analyze
    from cnnviz.analysis.fold import fold
    from cnnviz.views.export import check_format, export
    from cnnviz.views.structure import structure

    check_format(fmt, more=("dot",))
    opened = fold(graph).all_open() if unfold else None
    return export(structure(graph, analyze(graph), opened=opened, lang=lang), fmt, theme)


def table(report: Report, fmt: str = "text", *, lang: str = "en") -> str:
    """The report's layers as md, csv, json, latex, html or text. ReaderError: format."""
    from cnnviz.views.layers import layers
    from cnnviz.views.tables import text

    return text(layers(report, lang), fmt)


def table_text(table: Table, fmt: str) -> str:
    """Any Table as text (views/tables.py)."""
    from cnnviz.views.tables import text

    return text(table, fmt)


def graph_html(graph: Graph) -> str:
    """What a notebook shows of a Graph: its drawing."""
    return draw(graph, "svg").decode()


def report_html(report: Report) -> str:
    """What a notebook shows of a Report: its table of layers."""
    return table(report, "html")


def standalone_svg(picture: Picture) -> str:
    """The drawing with its colours inside, as a notebook or a file needs it."""
    from cnnviz.views.export import export

    return export(picture, "svg").decode()
