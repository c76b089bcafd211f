"""Printed figures, quoted from the ledger: accuracies, and what only a paper measured."""

from __future__ import annotations

from cnnviz.prose.grammar import Published


def quoted(asked: Published) -> str:
    """The figure as printed. ValueError where the ledger has none."""
    raise ValueError(f"the ledger has no such figure as {asked}")
