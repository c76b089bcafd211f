"""The graph: a click, a view, an unfold in Chromium; its layout against Graphviz's dot.

The touches are measured against a bare fragment with one text, Streamlit's options as they come,
all in turn; the unfold against 0.2 s. dot lays out the same folded graph, everything open, and the
raw one of all operations, in a worker that is stopped after 20 s.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from benchmarks.ratio import Ratio
from cnnviz import engine, jobs
from cnnviz.analysis.fold import fold
from cnnviz.graph import Graph
from cnnviz.publish.browser import launch
from cnnviz.publish.capture import settle, tab
from cnnviz.publish.server import ROOT, serve
from cnnviz.views.layout import lay_out
from cnnviz.views.layout_graphviz import place, question
from cnnviz.views.structure_sketch import sketch

REPEATS = 9
BARE = Path(__file__).parent / "bare" / "touch.py"
SIZE = (1280, 800)
PATIENCE = 20.0  # seconds for dot on a raw graph
SOON = 200.0  # ms in which what was opened is to be drawn

# From the press to the first frame in which `until` is true.
_TOUCH = """until => {
  window.__took = undefined;
  window.addEventListener('pointerdown', () => {
    const from = performance.now(), shown = new Function(`return ${until}`);
    const look = () => shown() ? (window.__took = performance.now() - from)
      : requestAnimationFrame(look);
    look();
  }, {capture: true, once: true});
}"""
_DRAWN = (
    "[...document.querySelectorAll('.st-key-{view} *')]"
    ".some(e => e.shadowRoot?.querySelector('{what}'))"
)


def ratios() -> Iterator[Ratio]:
    yield from _touches()
    for name, graph in _networks():
        yield from _layouts(name, graph)


def _touches() -> Iterator[Ratio]:
    """Clicks, views, unfolds."""
    ours: dict[str, list[float]] = {"click": [], "view": [], "unfold": []}
    bare: list[float] = []
    quiet = ["--server.headless=true", "--browser.gatherUsageStats=false"]
    with ExitStack() as stack:
        app = stack.enter_context(serve())
        plain = stack.enter_context(serve(quiet, script=BARE))
        browser = stack.enter_context(launch())
        page = stack.enter_context(tab(browser, "light", SIZE))
        peer = stack.enter_context(tab(browser, "light", SIZE))
        peer.goto(plain.address)
        page.goto(f"{app.address}/vgg?open=all")
        settle(page)
        settle(peer)
        for k in range(REPEATS):
            button = peer.get_by_role("button", name="next")
            shown = f"document.querySelector('#value')?.innerText === '{k + 1}'"
            bare.append(_touch(peer, shown, button.click))
            for what, ms in _ours(page, k).items():
                ours[what].append(ms)
    against = "bare fragment with defaults"
    yield Ratio(f"click, details / {against}", "ms", ours["click"], bare, 1.0)
    yield Ratio(f"view switch, drawn / {against}", "ms", ours["view"], bare, 1.5)
    yield Ratio("unfold, drawn / 0.2 s", "ms", ours["unfold"], [SOON] * REPEATS, 1.0)


def _ours(page: Page, k: int) -> dict[str, float]:
    node = ("conv3_2", "conv4_2")[k % 2]
    graph = page.locator(".st-key-structure svg")
    details = f"document.querySelector('.st-key-details h2')?.innerText === '{node}'"
    took = {"click": _touch(page, details, graph.locator(f"[data-node={node}]").click)}
    group = graph.locator('[data-fold="conv2_1*"]').first  # opens, or the mark that closes
    group.click()
    graph.locator('.item[data-fold="conv2_1*"]').wait_for()
    settle(page)
    opened = _DRAWN.format(view="structure", what='[data-key="conv2_1"]')
    box = graph.locator('.item[data-fold="conv2_1*"]')
    took["unfold"] = _touch(page, opened, box.click)
    views = page.locator(".st-key-view_switch button")
    drawn = _DRAWN.format(view="volumes", what=".box > svg")
    took["view"] = _touch(page, drawn, views.nth(2).click)
    views.nth(1).click()
    graph.locator('[data-key="conv2_1"]').wait_for()
    settle(page)
    return took


def _touch(page: Page, shown: str, touch: Callable[[], Any]) -> float:
    """Milliseconds from the press to the frame that shows it."""
    page.evaluate(_TOUCH, shown)
    touch()
    page.wait_for_function("window.__took !== undefined", timeout=60_000)
    took = float(page.evaluate("window.__took"))
    settle(page)
    return took


def _networks() -> Iterator[tuple[str, Graph]]:
    yield "vgg19", engine.graph("vgg19")
    for name in ("resnet152", "densenet201"):
        packed = (ROOT / f"tests/fixtures/{name}.json.gz").read_bytes()
        yield name, Graph.from_dict(json.loads(gzip.decompress(packed)))


def _layouts(name: str, graph: Graph) -> Iterator[Ratio]:
    folded = fold(graph)
    shown = sketch(folded, folded.all_open(), "en")
    asked = question(shown, "lr")
    ours, peer = [], []
    for _ in range(REPEATS):
        ours.append(_timed(lambda: lay_out(shown.nest, shown.view.links, 1000)))
        peer.append(_timed(lambda: place(**asked)))
    yield Ratio(f"layout of {name}, all open / dot", "ms", ours, peer, 1.0)
    edges = [(e.node, n.id) for n in graph.nodes for e in n.inputs]
    raw = {"nodes": [n.id for n in graph.nodes], "edges": edges}
    job = jobs.submit("benchmarks.graph:by_dot", raw, f"raw {name}", PATIENCE)
    job.wait()
    took = 1000 * PATIENCE if job.result is None else float(job.result)
    said = " > 20 s" if job.result is None else ""
    yield Ratio(f"layout of {name} / dot, raw graph{said}", "ms", ours, [took] * REPEATS, 0.5)


def by_dot(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> float:
    """Milliseconds that dot takes for all operations as equal boxes; runs in a worker."""
    import pygraphviz

    dot = pygraphviz.AGraph(directed=True, rankdir="LR")
    dot.node_attr.update(shape="box", fixedsize="true", width="0.8", height="0.5", label="")
    dot.add_nodes_from(nodes)
    dot.add_edges_from(edges)
    return _timed(lambda: dot.layout(prog="dot"))


def _timed(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - start)
