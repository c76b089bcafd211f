"""The charts' style sheet; the palette adds it to its own, on a page and in exports."""

from __future__ import annotations

from typing import Final

from cnnviz.views.receptive_field_style import SHEET as FIELDS

_CHARTS: Final = """
.cv.chart text{font-size:13px}
.cv.chart text.small{font-size:12px}
.cv.chart text.muted{fill:var(--muted)}
.cv.chart text.strong{font-weight:600}
.cv.chart text.accent{fill:var(--accent)}
.cv.chart .on text,.cv.chart text.on{fill:var(--on)}
.cv.chart text.headline{font-size:15px}
.cv.chart .band{fill:var(--accent);fill-opacity:.08;stroke:none}
.cv.chart .band~.selected .hit{fill-opacity:0;stroke:var(--accent);stroke-width:1.5}
.cv.chart .then{fill:none;stroke:var(--ink);stroke-width:1.2;stroke-dasharray:3 2}
.cv.chart .part{stroke:var(--paper);fill:var(--ink)}
.cv.chart .part.p0{fill-opacity:.85}
.cv.chart .part.p1{fill-opacity:.62}
.cv.chart .part.p2{fill-opacity:.42}
.cv.chart .part.p3{fill:var(--accent);fill-opacity:.9}
.cv.chart .part.p4{fill:var(--accent);fill-opacity:.45}
.cv.chart .grid{stroke:var(--line);fill:none}
.cv.chart .axis{stroke:var(--muted);fill:none}
.cv.chart .bracket{stroke:var(--return);fill:none}
.cv.chart .guide{stroke:var(--ink);stroke-dasharray:5 4;fill:none}
.cv.chart .half{stroke-width:.6;stroke:var(--muted)}
.cv.chart .curve{stroke:var(--muted);stroke-width:1.5;fill:none}
.cv.chart .hit{fill:var(--accent);fill-opacity:0;stroke:none}
.cv.chart [data-node]{cursor:pointer}
.cv.chart [data-node]:hover .hit{fill-opacity:.07}
.cv.chart .selected .hit{fill-opacity:.13}
.cv.chart .selected text{font-weight:600;fill:var(--accent)}
.cv.chart .readout{display:none}
.cv.chart .selected .readout{display:inline}
.cv.chart .selected .shape{stroke:var(--ink);stroke-width:2}
.cv.chart [data-node].k-dropout .shape{fill:var(--k-dropout);fill-opacity:.4}
.cv.chart .alive{fill:var(--muted);stroke:none}
.cv.chart .plane{fill:var(--frame);stroke:var(--ink);stroke-width:1.5}
.cv.chart .seen{fill:var(--accent);fill-opacity:.3;stroke:none}
.cv.chart .padding{fill:var(--muted);fill-opacity:.25;stroke:none}
.cv.chart .area{fill:var(--muted);fill-opacity:.16;stroke:none}
.cv.chart .state{fill:var(--muted);fill-opacity:.3;stroke:none}
.cv.chart .outline,.cv.chart .field{stroke:var(--accent);stroke-width:2;fill:none}
.cv.chart .next{stroke:var(--accent);stroke-width:1.5;stroke-dasharray:4 3;fill:none}
.cv.chart .lit{fill:#fff;fill-opacity:.24;stroke:none}
.cv.chart .shade{fill:#000;fill-opacity:.28;stroke:none}
.cv.chart .stripe{fill:#fff;fill-opacity:.3;stroke:none}
.cv.chart .window{fill:var(--on);fill-opacity:.28;stroke:var(--on);stroke-width:1}
.cv.chart .fan{fill:var(--muted);fill-opacity:.09;stroke:none;pointer-events:none}
.cv.chart .ray{stroke:var(--muted);stroke-opacity:.75;stroke-width:.9;fill:none;pointer-events:none}
.cv.chart .glow{stroke:var(--on);stroke-opacity:.8;stroke-width:.9;fill:none;pointer-events:none}
.cv.chart .selected .fan{fill:var(--accent);fill-opacity:.16}
.cv.chart .selected .ray{stroke:var(--accent);stroke-opacity:1}
.cv.chart .unit{fill:var(--ink);stroke:var(--paper);stroke-width:1}
"""
SHEET: Final = _CHARTS + FIELDS
