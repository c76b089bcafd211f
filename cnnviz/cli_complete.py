"""What the shell offers while a command is typed. Imports no torch: it runs at every Tab."""

from __future__ import annotations

import typer


def complete_arch(incomplete: str) -> list[str]:
    """Names of networks that begin so."""
    from cnnviz import zoo

    return [name for name in zoo.list_archs() if name.startswith(incomplete.lower())]


def complete_setting(ctx: typer.Context, incomplete: str) -> list[str]:
    """Knobs of the network that the line names: "input_size=", then the values on offer."""
    from cnnviz import zoo
    from cnnviz.errors import ReaderError

    name = ctx.params.get("arch") or ctx.params.get("first") or zoo.list_archs()[0]
    try:
        knobs = zoo.find(name).knobs
    except ReaderError:
        return []
    offers = []
    for knob in knobs:
        offers.append(f"{knob.name}=")
        offers += [f"{knob.name}={zoo.token(v)}" for v in knob.choices or knob.offered]
    if "=" not in incomplete:
        offers = [o for o in offers if o.endswith("=")]
    return [o for o in offers if o.startswith(incomplete)]


def complete_paper(incomplete: str) -> list[str]:
    """Keys of the papers in the ledger that begin so."""
    from cnnviz import ledger

    papers = dict.fromkeys(row.paper for row in ledger.rows())
    return [p for p in papers if p.startswith(incomplete)]
