"""The card while no layer is chosen: where the numbers lie, by kind of operation."""

from __future__ import annotations

from html import escape

from cnnviz.content import label
from cnnviz.graph import OPS
from cnnviz.report import Report
from cnnviz.ui import compared
from cnnviz.ui.study import Study
from cnnviz.views import numbers
from cnnviz.views.quantity import quantity

ALWAYS = ("pooling", "normalisation", "activation")  # told also where nothing is counted in them
Sums = dict[str, tuple[int, int, int]]  # kind -> operations, parameters, multiply-accumulates


def overview(study: Study, lang: str) -> str:
    """The shares of each kind, and what is pinned beside them."""
    now = by_kind(study.report)
    then = by_kind(study.pinned.report) if study.pinned else None
    kinds = [k for k in {**now, **(then or {})} if _told(k, now) or _told(k, then or {})]
    rows = "".join(_row(kind, now, then, lang) for kind in kinds)
    heads = (
        label("ui.count", lang),
        label("ui.of_params", lang),
        quantity(study.report, "macs", "short", lang),
    )
    columns = "".join(f'<th scope="col" class="small">{escape(h)}</th>' for h in heads)
    return (
        f'<div class="card"><h2>{escape(study.title)}</h2>'
        f'<p class="what">{escape(label("ui.choose_layer", lang))}</p>'
        f'<table class="shares"><tr><td></td>{columns}</tr>{rows}</table></div>'
    )


def by_kind(report: Report) -> Sums:
    """Operations, parameters and multiply-accumulates of each kind, in order of the first."""
    sums: Sums = {}
    for r in report.rows:
        n, params, macs = sums.get(OPS[r.op], (0, 0, 0))
        sums[OPS[r.op]] = (n + 1, params + r.params, macs + r.macs)
    return sums


def _told(kind: str, sums: Sums) -> bool:
    n, params, macs = sums.get(kind, (0, 0, 0))
    return bool(params or macs or (n and kind in ALWAYS))


def _row(kind: str, now: Sums, then: Sums | None, lang: str) -> str:
    n, params, macs = found = now.get(kind, (0, 0, 0))
    whole = [sum(s[i] for s in now.values()) for i in range(3)]
    shown = (str(n), numbers.percent(params, whole[1]), numbers.percent(macs, whole[2]))
    cells = ""
    for i, text in enumerate(shown):
        delta = ""
        before = then.get(kind, (0, 0, 0))[i] if then is not None else 0
        if then is not None:
            whole_then = sum(s[i] for s in then.values())
            said = compared.difference(n, before, lang)
            if i:
                said = _points(found[i], whole[i], before, whole_then, lang)
            delta = f'<br><span class="delta">{said}</span>' if said else ""
        cells += f'<td title="{numbers.exact(found[i])}">{escape(text)}{delta}</td>'
    name = escape(label(f"ops.kind.{kind}", lang))
    return f'<tr><th scope="row"><i class="dot k-{kind}"></i>{name}</th>{cells}</tr>'


def _points(now: int, all_now: int, then: int, all_then: int, lang: str) -> str:
    """How far two shares are apart, in percentage points: "−3.2 pp"; "" of what rounds to none."""
    amount = round(100 * now / max(all_now, 1) - 100 * then / max(all_then, 1), 1)
    if not amount:
        return ""
    said = f"{'+' if amount > 0 else '−'}{abs(amount):.1f}"
    return label("derivation.points", lang, n=said)
