"""The second opinion as HTML: who says what in total and why, and every layer side by side.

Data in, HTML out; assets/opinion.js makes it choose layers, tools and the page's counting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from cnnviz.content import clauses, label, listed, sentences
from cnnviz.crosscheck import CONVENTIONS, Beside, Group, Summary
from cnnviz.graph import OPS
from cnnviz.ui.count import OURS
from cnnviz.views import numbers
from cnnviz.views.quantity import counted

DOUBLED = "doubled"


@dataclass(frozen=True, slots=True)
class Opinions:
    """Everything that the view says. `count` is what the page counts by, "" for ours."""

    summaries: tuple[Summary, ...]  # one a tool, in the order of PRESETS
    groups: tuple[Group, ...]
    tools: tuple[str, ...]  # whose columns are shown
    tool: str  # whose total is explained
    count: str

    @property
    def ours(self) -> int:
        return self.summaries[0].ours

    def of(self, tool: str) -> Summary:
        return next(s for s in self.summaries if s.tool == tool)


def page(found: Opinions, lang: str) -> str:
    """Totals by counter, the chosen tool explained, the layers."""
    return f"{totals(found, lang)}{explained(found, lang)}{layers(found, lang)}"


# -- who says what in total ------------------------------------------------------------------------


def totals(found: Opinions, lang: str) -> str:
    """A line a counter, ours first: its total, the difference, what it counts."""
    keys = ("counter", "total", "difference", "made", "count")
    heads = "".join(f'<th scope="col" class="c-{k}">{_word(k, lang)}</th>' for k in keys)
    ours = _line(
        found,
        OURS,
        "cnnviz",
        (found.ours, None),
        _word("made_ours", lang),
        lang,
    )
    tools = "".join(
        _line(
            found,
            s.tool,
            f"{s.tool} {s.version}",
            (s.theirs, s.difference),
            _made(s, lang),
            lang,
        )
        for s in found.summaries
    )
    twice = _line(
        found,
        DOUBLED,
        _word("doubled", lang),
        (2 * found.ours, found.ours),
        _word("made_doubled", lang),
        lang,
    )
    return (
        f'<table class="totals"><caption>{_word("totals", lang)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{ours}{tools}{twice}</tbody></table>"
    )


def _line(
    found: Opinions,
    token: str,
    name: str,
    figures: tuple[float | None, float | None],
    made: str,
    lang: str,
) -> str:
    """A counter: a tool's name explains it, a radio makes the whole page count so."""
    total, difference = figures
    chosen = token == found.tool
    said, tool = escape(name), ""
    if any(s.tool == token for s in found.summaries):
        tool = f' data-tool="{token}"'
        said = (
            f'<button aria-pressed="{str(chosen).lower()}" title="{_word("explain", lang)}">'
            f"{said}</button>"
        )
    counts = (found.count or OURS) == token
    count = f"<label>{_radio('count', token, counts, _word('count_by', lang) + ' ' + name)}</label>"
    cells = (
        ("total", _number(total)),
        ("difference", "" if difference is None else _signed(difference, found.ours, lang)),
        ("made", made),
        ("count", count),
    )
    row = "".join(f'<td class="c-{key}">{cell}</td>' for key, cell in cells)
    mark = ' aria-current="true"' if chosen else ""
    return f'<tr class="t-{token}"{tool}{mark}><th scope="row">{said}</th>{row}</tr>'


def _radio(name: str, value: str, checked: bool, words: str) -> str:
    on = " checked" if checked else ""
    return (
        f'<input type="radio" name="{name}" value="{escape(value)}" '
        f'aria-label="{escape(words)}" title="{escape(words)}"{on}>'
    )


def _made(found: Summary, lang: str) -> str:
    """What it counts otherwise, the largest first; how the figure was had on hover."""
    if found.theirs is None:
        return escape(label("crosscheck.failed", lang, reason=found.failed))
    words = [short(r, lang) for r, _ in found.reasons]
    said = listed(words, lang) or _word("same", lang)
    return f'<span title="{_word(f"how_{found.how}", lang)}">{escape(said)}</span>'


# -- the chosen tool explained ---------------------------------------------------------------------


def explained(found: Opinions, lang: str) -> str:
    """The tool's total in a sentence, and each reason with its share, opening to both countings."""
    chosen = found.of(found.tool)
    if chosen.theirs is None:
        stopped = label("crosscheck.failed", lang, reason=chosen.failed)
        return f'<p class="said">{escape(f"{chosen.tool} {chosen.version}: {stopped}")}</p>'
    apart = chosen.difference or 0
    key = ("more" if apart > 0 else "less") if apart else "agrees"
    total = label(
        f"crosscheck.view.{key}",
        lang,
        tool=f"{chosen.tool} {chosen.version}",
        theirs=numbers.si(chosen.theirs),
        ours=numbers.si(chosen.ours),
        difference=numbers.si(abs(apart)),
    )
    unit = CONVENTIONS[chosen.tool].unit
    prints = (
        label("crosscheck.view.prints_flops", lang, printed=numbers.si(2 * chosen.theirs))
        if unit == "flops"
        else ""
    )
    how = label(f"crosscheck.view.how_{chosen.how}", lang)
    said = sentences(map(escape, (total, prints, how)), lang)
    return f'<p class="said">{said}</p>{_reasons(found, chosen, lang)}'


def _reasons(found: Opinions, chosen: Summary, lang: str) -> str:
    """One line a reason, told once with its sum, opening to what either of us counts."""
    conventions = (
        ("cnnviz", label("quantities.macs.convention", lang)),
        (chosen.tool, counted(chosen.tool, "convention", lang)),
    )
    body = "".join(f"<dt>{escape(w)}</dt><dd>{escape(text)}</dd>" for w, text in conventions)
    lines = []
    for reason, amount in chosen.reasons:
        n = sum(len(g.lines) for g in found.groups if (chosen.tool, reason) in g.sums)
        places = f' <span class="n">{escape(_places(n, lang))}</span>' if n else ""
        said = escape(label(f"crosscheck.reason.{reason}", lang))
        lines.append(
            f'<details data-open="reason-{reason}"><summary>'
            f'<b title="{numbers.exact(amount)}">{signed(amount)}</b>'
            f"<span>{said}{places}</span></summary><dl>{body}</dl></details>"
        )
    return f'<div class="reasons">{"".join(lines)}</div>' if lines else ""


# -- the layers side by side -----------------------------------------------------------------------


def layers(found: Opinions, lang: str) -> str:
    """Ours and the tools' figures, those that differ for one reason together, the rest folded."""
    heads = "".join(f'<th scope="col" class="n">{t}</th>' for t in ("cnnviz", *found.tools))
    bodies = "".join(_group(found, i, g, lang) for i, g in enumerate(found.groups))
    sums = [found.ours, *(found.of(t).theirs for t in found.tools)]
    foot = "".join(f'<td class="n">{_number(s)}</td>' for s in sums)
    name = escape(label("layers.total", lang))
    return (
        f'<p class="files">{_word("by_layer", lang)}</p>'
        f'<table class="layers"><caption>{_word("layers", lang)}</caption><thead><tr>'
        f'<th scope="col">{_word("layer", lang)}</th>{heads}</tr></thead>{bodies}'
        f'<tfoot><tr><th scope="row">{name}</th>{foot}</tr></tfoot></table>'
    )


def _group(found: Opinions, i: int, group: Group, lang: str) -> str:
    """A heading that opens and closes, and the lines under it."""
    n = len(group.lines)
    if group.agree:
        said = escape(label(f"crosscheck.view.agree_{'one' if n == 1 else 'many'}", lang, n=n))
        token = "agree"
    else:
        said = _because(group.sums, lang)
        said += f' <span class="n">{escape(_places(n, lang))}</span>'
        token = "+".join(f"{tool}-{reason}" for tool, reason in group.sums)
    span = len(found.tools) + 2
    shown = "false" if group.agree else "true"
    rows = "".join(_row(row, found.tools) for row in group.lines)
    hidden = " hidden" if group.agree else ""
    return (
        f'<tbody class="head"><tr><th colspan="{span}" scope="rowgroup">'
        f'<button aria-expanded="{shown}" aria-controls="g{i}" data-open="{escape(token)}">'
        f'<span>{said}</span></button></th></tr></tbody><tbody id="g{i}"{hidden}>{rows}</tbody>'
    )


def _because(sums: Mapping[tuple[str, str], float], lang: str) -> str:
    """ "torchinfo: biases +13.56 M; fvcore: …": each tool's reasons and what they come to."""
    by_tool: dict[str, list[str]] = {}
    for (tool, reason), amount in sums.items():
        words = f"{escape(short(reason, lang))} <b>{signed(amount)}</b>"
        by_tool.setdefault(tool, []).append(words)
    said = (
        label("crosscheck.view.of_tool", lang, tool=escape(tool), said=listed(words, lang))
        for tool, words in by_tool.items()
    )
    return clauses(said, lang)


def _row(row: Beside, tools: Sequence[str]) -> str:
    node, op = row.head
    cells = "".join(_cell(row.theirs.get(tool), row.ours) for tool in tools)
    return (
        f'<tr data-node="{escape(node)}" class="k-{OPS[op]}"><th scope="row">'
        f'<button tabindex="-1">{escape(node)}</button></th>'
        f'<td class="n">{_number(row.ours)}</td>{cells}</tr>'
    )


def _cell(theirs: float | None, ours: int) -> str:
    """A tool's figure, muted where it is ours; else the difference beside it."""
    if theirs is None or theirs == ours:
        return f'<td class="n same">{_number(theirs)}</td>'
    difference = theirs - ours
    delta = f'<small title="{_exact(difference)}">{signed(difference)}</small>'
    return f'<td class="n">{delta} {_number(theirs)}</td>'


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f'<span title="{numbers.exact(value)}">{numbers.figure(value)}</span>'


def _signed(difference: float, ours: int, lang: str) -> str:
    """Rounded, all digits on hover, and in percent of ours."""
    if not difference:
        return escape(label("pin.equal", lang))
    sign = "+" if difference > 0 else "−"
    share = numbers.percent(abs(difference), ours)
    said = share if share.startswith("<") else f"{sign}{share}"
    shown = f'<span title="{_exact(difference)}">{signed(difference)}</span>'
    return f"{shown} <small>{escape(said)}</small>"


def _exact(difference: float) -> str:
    return f"{'+' if difference > 0 else ''}{numbers.exact(difference)}"


def _places(n: int, lang: str) -> str:
    return label(f"crosscheck.view.layers_{'one' if n == 1 else 'many'}", lang, n=n)


def _word(key: str, lang: str) -> str:
    return escape(label(f"crosscheck.view.{key}", lang))


def short(reason: str, lang: str) -> str:
    """A reason in a few words."""
    return label(f"crosscheck.short.{reason}", lang)


def signed(value: float) -> str:
    """An amount with its sign: "+13.56 M"."""
    return f"+{numbers.si(value)}" if value > 0 else numbers.si(value)
