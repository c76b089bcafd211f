"""Second opinion: the same network as other tools count it, and why the figures differ."""

from __future__ import annotations

from cnnviz.ui.panel import Scene


def show(scene: Scene) -> None:
    raise NotImplementedError
