"""Windows on maps as small as they are: the shape rule says what PyTorch says, also rounded up."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import nn

from cnnviz.errors import ReaderError
from cnnviz.tracing import trace


@pytest.mark.parametrize("kind", [nn.MaxPool2d, nn.AvgPool2d])
@pytest.mark.parametrize("ceil", [False, True])
def test_small_maps(kind: type[nn.Module], ceil: bool) -> None:
    for n, k, s, p in product(range(1, 9), (2, 3, 5), (1, 2, 3), (0, 1)):
        module = kind(k, s, p, ceil_mode=ceil)
        try:
            wanted = tuple(module(torch.zeros(1, 1, n, n)).shape)
        except RuntimeError:
            wanted = None
        try:
            found = trace(module, (1, 1, n, n)).nodes[-1].out_shape
        except ReaderError:
            found = None
        assert found == wanted, (n, k, s, p)
