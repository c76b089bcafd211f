"""Figures that fvcore and thop printed for networks of the zoo, measured once (recorded.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cnnviz import zoo


@dataclass(frozen=True, slots=True)
class Figure:
    """What each tool printed for one network, in multiply-accumulates of its own counting."""

    arch: str
    knobs: dict[str, zoo.Value]
    printed: dict[str, int]  # tool -> figure


@cache
def figures() -> tuple[Figure, ...]:
    """All that were measured."""
    return tuple(
        Figure(f["arch"], f["knobs"], {tool: f[tool] for tool in versions()})
        for f in _data()["figures"]
    )


def versions() -> dict[str, str]:
    """Tool -> the version that was run."""
    return dict(_data()["versions"])


def printed(choice: zoo.Choice) -> dict[str, int]:
    """What the tools printed for just this network; empty if it was not measured."""
    return next(
        (f.printed for f in figures() if zoo.resolve(f.arch, f.knobs).key == choice.key), {}
    )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
