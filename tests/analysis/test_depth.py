"""Depth: what is a layer with weights, and what is only done to a weight."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from tests.analysis import tiny
from tests.analysis.test_cost import SHAPE, report_of


def test_depth_is_the_longest_path() -> None:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        return m.c(m.b(m.a(x)) + m.a(x)) + m.short(x)

    layers = {k: tiny.conv(1) for k in ("a", "b", "c", "short")}
    assert report_of(tiny.Of(forward, **layers), SHAPE).totals.depth == 3


class Factors(nn.Module):
    """Two matrices that are parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.randn(6, 8))
        self.b = nn.Parameter(torch.randn(5, 6))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x @ self.a.t()) @ (self.b * 2).reshape(5, 6).t()


def test_depth_follows_a_weight_through_what_is_done_to_it() -> None:
    assert report_of(Factors(), (2, 8)).totals.depth == 2


@pytest.mark.filterwarnings("ignore:.*spectral_norm.*:FutureWarning")
def test_what_is_done_to_a_weight_is_no_layer() -> None:
    """The power iteration of spectral normalisation, in the older form and in the newer."""
    for normed in (nn.utils.spectral_norm, nn.utils.parametrizations.spectral_norm):
        model = tiny.seq(normed(tiny.conv()), nn.ReLU(), normed(tiny.conv()))
        assert report_of(model, SHAPE).totals.depth == 2
