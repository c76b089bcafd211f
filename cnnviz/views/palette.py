"""Palette: one colour and one shape for each kind of operation, in light and in dark.

The drawings carry classes only; `css` colours them under any element with a `color-scheme`,
`resolve` writes plain colours into a drawing that leaves the page.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from cnnviz.views.chart_style import SHEET as CHARTS

Theme = Literal["light", "dark"]

# Names that every drawing and the page use: (light, dark). `.streamlit/config.toml` has the first
# five for what Streamlit draws.
BASE: Final[dict[str, tuple[str, str]]] = {
    "ink": ("#18212f", "#e8ecf2"),
    "paper": ("#ffffff", "#10141b"),
    "line": ("#e2e6ed", "#2a3240"),
    "accent": ("#2f5bd7", "#86a5ff"),
    "wash": ("#f5f7fa", "#1a2029"),
    "muted": ("#5c6779", "#97a3b6"),
    "wire": ("#5c6779", "#97a3b6"),
    "return": ("#a3adbd", "#586579"),
    "block": ("#e9f0fa", "#182536"),
    "frame": ("#f5f8fd", "#141b26"),
    "edge": ("#2d6db5", "#5a9be0"),
    "gate": ("#a0336f", "#e07fb2"),
}

# kind -> (light fill, dark fill, shape). In grey the shapes and labels tell them apart. Tests hold
# text to AA.
KINDS: Final[dict[str, tuple[str, str, str]]] = {
    "input": ("#566073", "#8f9bb0", "rectangle"),
    "constant": ("#566073", "#8f9bb0", "rectangle"),
    "convolution": ("#2d6db5", "#5a9be0", "rectangle"),
    "linear": ("#976d1b", "#cfa24c", "bar"),
    "pooling": ("#2d835d", "#4fb587", "taper"),
    "activation": ("#b85837", "#e58763", "pill"),
    "normalisation": ("#6f55a8", "#ab90e6", "hexagon"),
    "combine": ("#4a5873", "#9aabc9", "circle"),
    "dropout": ("#64697a", "#9aa1b3", "octagon"),
    "reshape": ("#3b7480", "#63a9b6", "parallelogram"),
    "other": ("#5f6368", "#a0a6ad", "cut"),
}

TEXT: Final = ("#ffffff", "#0d1117")
HOLLOW: Final = ("dropout",)  # an outline: it does nothing at inference

# Every drawing starts from these fonts; text widths are measured with the first (layout_text.py).
FONTS: Final = (
    "'Source Sans','Source Sans 3','Source Sans Pro','Noto Sans CJK SC','Noto Sans SC',"
    "'PingFang SC','Microsoft YaHei',sans-serif"
)


def shape(kind: str) -> str:
    """The shape's name: tells the kinds apart without colour."""
    return KINDS[kind][2]


def colour(name: str, theme: Theme = "light") -> str:
    """A kind's fill, or one of BASE, as #rrggbb."""
    pair = KINDS[name][:2] if name in KINDS else BASE[name]
    return pair[theme == "dark"]


def text_on(kind: str, theme: Theme = "light") -> str:
    """The colour of text on a kind's shape."""
    if kind in HOLLOW:
        return colour(kind, theme)
    return TEXT[theme == "dark"]


def drawn_kinds(svg: str) -> tuple[str, ...]:
    """The kinds that a drawing really shows, in its order: what a legend beside it names."""
    classes = " ".join(re.findall(r'class="([^"]*)"', svg)).split()
    names = [c[2:] for c in classes if c.startswith(("k-", "m-"))]
    return tuple(dict.fromkeys(n for n in names if n in KINDS))


def css() -> str:
    """Rules for every drawing of ours; needs `color-scheme` on an element above."""
    return f".cv{{{variables()}}}" + _rules()


def variables() -> str:
    """Every colour as a variable of CSS: --ink, --k-convolution, --on for text on a kind."""
    pairs = {**BASE, **{f"k-{k}": (a, b) for k, (a, b, _) in KINDS.items()}, "on": TEXT}
    return "".join(f"--{k}:light-dark({a},{b});" for k, (a, b) in pairs.items())


def marks() -> str:
    """Rules by which `.k-<kind>` knows its colour as --kind."""
    return "".join(f".k-{k}{{--kind:var(--k-{k})}}" for k in KINDS)


def resolve(svg: str, theme: Theme = "light") -> str:
    """The drawing with its own style sheet and plain colours, on paper: it stands alone."""
    at = theme == "dark"
    named = {f"--{k}": v[at] for k, v in BASE.items()}
    named |= {f"--k-{k}": v[at] for k, v in KINDS.items()}
    named["--on"] = TEXT[at]
    rules = re.sub(r"var\((--[\w-]+)\)", lambda m: str(named[m.group(1)]), _rules())
    head = svg.index(">") + 1
    rules += ".structure .tool{display:none}"  # nothing opens in a file
    sheet = f'<style>{rules}</style><rect width="100%" height="100%" fill="{BASE["paper"][at]}"/>'
    return svg[:head] + sheet + svg[head:]


def _rules() -> str:
    kinds = "".join(
        f".k-{k} .shape,.k-{k} .card,.m-{k}{{fill:var(--k-{k});stroke:var(--k-{k})}}" for k in KINDS
    )
    hollow = "".join(
        f".cv .k-{k} .shape,.cv .k-{k} .card{{fill:var(--paper);stroke:var(--k-{k});"
        f"stroke-width:1.2}}.cv .k-{k}.on text,.cv .k-{k} text.on{{fill:var(--k-{k})}}"
        for k in HOLLOW
    )
    return re.sub(r"\n\s*", "", kinds + _SHEET + CHARTS + hollow)


# Structure (views/structure_draw.py); the other drawings use the kinds' .shape and .m- classes.
_SHEET: Final = f"""
.cv text{{font-family:{FONTS};font-size:11px;font-variant-numeric:tabular-nums;fill:var(--ink)}}
.cv .b{{font-weight:600}}
.cv .on text{{fill:var(--on)}}
.structure .item text{{text-anchor:middle}}
.structure .shape,.structure [class^="m-"]{{stroke:none}}
.structure .shape.round{{stroke-width:2;stroke-linejoin:round}}
.structure .card{{stroke:var(--paper);stroke-width:1;fill-opacity:.55}}
.k-block .shape,.k-block .card{{fill:var(--block);stroke:var(--edge);stroke-width:1.2}}
.k-block .card{{fill-opacity:1}}
.frame .edge{{fill:var(--frame);stroke:var(--edge);stroke-width:1;stroke-dasharray:4 3}}
.frame .card{{fill:var(--block);stroke:var(--edge);stroke-width:1;fill-opacity:1}}
.frame .title{{fill:var(--edge)}}
.frame .button{{fill:var(--paper);stroke:var(--edge);stroke-width:1}}
.frame .touch{{fill:none;pointer-events:all}}
.frame .sign{{stroke:var(--edge);stroke-width:1.4;fill:none}}
.wire path{{fill:none;stroke:var(--wire);stroke-width:1.1}}
.wire path.back{{stroke:var(--return);stroke-width:1}}
.wire polygon{{fill:var(--wire)}}
.wire .size{{fill:var(--muted)}}
.structure .gate .shape{{fill:var(--gate)}}
.structure .selected .shape{{stroke:var(--ink);stroke-width:2.4}}
"""
