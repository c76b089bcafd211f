"""Printed figures, quoted from the ledger: accuracies, and what only a paper measured."""

from __future__ import annotations

from cnnviz import ledger
from cnnviz.prose.grammar import Published


def quoted(asked: Published) -> str:
    """The figure as the paper prints it. KeyError where the ledger has none, or several."""
    _, cell = ledger.cell(asked.paper, asked.quantity, asked.cell)
    return cell.printed
