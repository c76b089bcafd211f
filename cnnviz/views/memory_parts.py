"""A peak of memory explained: what it consists of as one bar, and the tensors alive at it."""

from __future__ import annotations

from typing import Final

from cnnviz.analysis.budget import Budget, Held
from cnnviz.analysis.memory import EXTRA, GRADIENT
from cnnviz.content import label, listed, sentences
from cnnviz.graph import OPS
from cnnviz.picture import Column, Picture, Table
from cnnviz.report import Report
from cnnviz.views.chart import SMALL, TEXT, room, wrapped
from cnnviz.views.chart_parts import NARROW, drawing, node_group, text
from cnnviz.views.layout_text import shorten
from cnnviz.views.numbers import bytes_, percent, size
from cnnviz.views.svg import el

HEAD: Final = 15  # px of the headline's type
LINE: Final = 21.0  # px of a line of it
BAR: Final = 26.0  # px
LEGEND: Final = 20.0  # px of a line of the legend
FEW: Final = 8  # tensors listed; the rest as one line
ROW: Final = 20.0  # px
PARTS: Final = ("weights", "gradients", "optimiser", "activations", "map_gradients")


def parts(
    found: Budget, report: Report, setting: str, lang: str, width: float, against: str = ""
) -> Picture:
    """Weights, their gradients, the optimiser's state, activations, their gradients: one bar.

    `setting`: batch, precision and optimiser in words; `against`: the difference from another.
    """
    amounts = {p: int(getattr(found, p)) for p in PARTS if getattr(found, p)}
    total, training = found.total, bool(found.gradients)
    mode = "training" if training else "inference"
    told = label(f"cost.needs_{mode}", lang, name=report.title, setting=setting,
                 total=bytes_(total))  # fmt: skip
    words = {p: f"{label(f'cost.part_{p}', lang)} {bytes_(n)} ({percent(n, total)})"
             for p, n in amounts.items()}  # fmt: skip
    lines = wrapped(told, HEAD, width)
    drawn = [text(0, i * LINE + 11, said, "headline strong") for i, said in enumerate(lines)]
    top, left = len(lines) * LINE + 6, 0.0
    for i, p in enumerate(PARTS):
        if p in amounts:
            wide = width * amounts[p] / total if total else 0.0
            hover = el("title", text=words[p])
            bar = el("rect", hover, class_=f"part p{i}", x=left, y=top, width=max(wide, 0.5),
                     height=BAR)  # fmt: skip
            drawn.append(bar)
            left += wide
    legend, height = _legend(words, width, top + BAR + 6)
    for said in wrapped(against, SMALL, width):
        drawn.append(text(0, height + 8, said, "small accent"))
        height += 18
    joined = listed(words.values(), lang)
    caption = label("cost.needs_parts", lang, told=told, parts=joined)
    caption = sentences((caption, against), lang)
    data = Table(
        f"{report.name}_memory_parts_{mode}",
        told,
        (Column("part", label("cost.part", lang)), Column("bytes", label("cost.bytes", lang), "int",
         "B"), Column("share", label("views.chart_share", lang))),
        tuple((label(f"cost.part_{p}", lang), n, percent(n, total)) for p, n in amounts.items()),
        (label("views.chart_total", lang), total, percent(total, total)),
    )  # fmt: skip
    svg = drawing(width, height, caption, *drawn, legend)
    return Picture(data.name, svg, width, height, caption, caption, data)


def _legend(words: dict[str, str], width: float, y: float) -> tuple[str, float]:
    """A square and the words of each part, in rows; and where they end."""
    drawn, x = [], 0.0
    for p, said in words.items():
        wide = room(said) + 34
        if x and x + wide > width:
            x, y = 0.0, y + LEGEND
        i = PARTS.index(p)
        drawn.append(el("rect", class_=f"part p{i}", x=x, y=y + 3, width=11, height=11))
        drawn.append(text(x + 17, y + 9, shorten(said, SMALL, width - 17), "small"))
        x += wide
    return "".join(drawn), y + LEGEND + 2


def held(found: Budget, report: Report, lang: str, width: float) -> Picture:
    """The tensors alive at the peak, the largest first. Rows carry data-node."""
    whole = sum(h.nbytes for h in found.held)
    few, rest = found.held[:FEW], found.held[FEW:]
    if len(rest) == 1:
        few, rest = found.held, ()
    when = "backward" if found.backward else "forward"
    told = label(f"cost.peak_{when}", lang, layer=found.node, n=len(found.held),
                 total=bytes_(whole))  # fmt: skip
    lines = wrapped(told, TEXT, width)
    top = len(lines) * 19.0 + 4
    drawn = [text(0, i * 19 + 10, said, "strong") for i, said in enumerate(lines)]
    names = min(max((room(h.node, TEXT, bold=True) for h in few), default=0), 0.34 * width)
    amounts = [bytes_(h.nbytes) for h in few]
    share, most = 52.0, max((room(a, bold=True) for a in amounts), default=0)
    whats = [_what(h, lang) for h in few]
    below = width < NARROW  # there the words stand under the bar, which has the row for itself
    last = 0 if below else max((room(w, bold=True) for w in whats), default=0) + 8
    start, end = names + 10, width - share - most - 12
    row = 2 * ROW - 4 if below else ROW
    largest = max((h.nbytes for h in few), default=1)
    for i, h in enumerate(few):
        y = top + i * row
        kind = OPS[report.by_id[h.node].op]
        said = f"{h.node} · {whats[i]} · {bytes_(h.nbytes)}"
        long = max((end - start - last) * h.nbytes / largest, 0.5)
        inner = el("rect", class_="hit", x=0, y=y, width=width, height=row)
        inner += el("rect", class_="shape", x=start, y=y + 4, width=long, height=ROW - 8)
        inner += text(0, y + ROW / 2, shorten(h.node, TEXT, names, bold=True))
        at = (start, y + ROW + 5) if below else (start + long + 8, y + ROW / 2)
        inner += text(*at, whats[i], "small muted")
        inner += text(width - share, y + ROW / 2, amounts[i], "small", "end")
        inner += text(width, y + ROW / 2, percent(h.nbytes, whole), "small", "end")
        drawn.append(node_group(h.node, kind, said, False, inner))
    height = top + len(few) * row + 4
    if rest:
        more = sum(h.nbytes for h in rest)
        words = label("cost.more", lang, n=len(rest), total=bytes_(more),
                      share=percent(more, whole))  # fmt: skip
        drawn.append(text(0, height + 8, words, "small muted"))
        height += 20
    first = listed((f"{h.node} {bytes_(h.nbytes)} ({percent(h.nbytes, whole)})" for h in few), lang)
    caption = label("cost.peak_held", lang, told=told, tensors=first)
    svg = drawing(width, height, caption, *drawn)
    name = f"{report.name}_at_peak"
    return Picture(name, svg, width, height, caption, told, _table(found, name, told, whole, lang))


def _what(h: Held, lang: str) -> str:
    """What a tensor is, and its shape."""
    key = {GRADIENT: "gradient", EXTRA: "extra"}.get(h.what, "map")
    said = label(f"cost.held_{key}", lang)
    if not h.shape:
        return said
    return label("cost.held", lang, what=said, shape=size(h.shape))


def _table(found: Budget, name: str, caption: str, whole: int, lang: str) -> Table:
    columns = (
        Column("name", label("views.chart_layer", lang), "code"),
        Column("what", label("cost.what", lang)),
        Column("shape", label("cost.shape", lang)),
        Column("bytes", label("cost.bytes", lang), "int", "B"),
        Column("share", label("views.chart_share", lang)),
    )
    kinds = {GRADIENT: "gradient", EXTRA: "extra"}
    lines = tuple(
        (h.node, label(f"cost.held_{kinds.get(h.what, 'map')}", lang), size(h.shape), h.nbytes,
         percent(h.nbytes, whole))
        for h in found.held
    )  # fmt: skip
    total = (label("views.chart_total", lang), "", "", whole, percent(whole, whole))
    return Table(name, caption, columns, lines, total)
