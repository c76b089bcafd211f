"""The style of fields on a photograph and of maps of units; the charts' sheet takes it up."""

from __future__ import annotations

from typing import Final

SHEET: Final = """
.cv.chart .pixels{image-rendering:pixelated}
.cv.chart .beyond{fill:var(--frame);stroke:none}
.cv.chart .hatch{stroke:var(--return);stroke-width:1;fill:none}
.cv.chart .dim{fill:var(--paper);fill-opacity:.62;stroke:none;pointer-events:none}
.cv.chart .border{fill:none;stroke:var(--ink);stroke-width:1}
.cv.chart .pixel{stroke:var(--muted);stroke-opacity:.55;stroke-width:.5;fill:none}
.cv.chart .padded{fill:var(--accent);fill-opacity:.3;stroke:none}
.cv.chart text.halo{paint-order:stroke;stroke:var(--paper);stroke-width:4;
stroke-linejoin:round}
.cv.chart path.halo{stroke:var(--paper);stroke-width:4.5;fill:none}
.cv.chart .inner{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:1 3;fill:none}
.cv.chart .cells{fill:var(--frame);stroke:var(--ink);stroke-width:1}
.cv.chart .cell{stroke:var(--return);stroke-width:.6;fill:none}
.cv.chart .here{fill:var(--accent);stroke:var(--paper);stroke-width:1}
.cv.chart .near{fill:none;stroke:var(--accent);stroke-width:1.5;stroke-dasharray:4 3}
"""
