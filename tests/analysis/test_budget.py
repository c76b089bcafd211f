"""What a peak consists of sums to it; the weights that get a gradient are those autograd gives one.

The oracle steps real models: the bytes of every `.grad` and of the optimiser's own state.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnviz import engine, trace, zoo
from cnnviz.analysis.budget import budget
from cnnviz.analysis.memory import memory, trained_weights
from tests.analysis.oracles import saved_bytes
from tests.views.fixtures import fixture


class Partly(nn.Module):
    """A frozen layer, one behind `detach`, one that leads nowhere, one that is never called."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3)
        self.side, self.unused, self.head = nn.Conv2d(4, 6, 1), nn.Linear(7, 7), nn.Linear(5, 2)
        self.frozen = nn.Conv2d(5, 5, 1).requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.a(x)
        self.side(y)
        z: Tensor = self.frozen(self.b(y.detach()).relu_())
        out: Tensor = self.head(z.mean((2, 3)))
        return out


class Chosen(nn.Module):
    """A branch whose result only decides, so that nothing flows back through it."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.left, self.right = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return torch.where(self.gate(x) > 0, self.left(x), self.right(x))


def stepped(model: nn.Module, x: Tensor, optimizer: torch.optim.Optimizer) -> tuple[int, int]:
    """Bytes of the gradients, and of the optimiser's tensors as large as weights."""
    model.train()
    model(x).sum().backward()
    optimizer.step()
    grads = sum(p.grad.nbytes for p in model.parameters() if p.grad is not None)
    state: dict[Any, Any] = optimizer.state
    kept = sum(t.nbytes for s in state.values() for t in s.values()
               if isinstance(t, Tensor) and t.dim())  # fmt: skip
    return grads, kept


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("cls, shape", [(Partly, (2, 3, 8, 8)), (Chosen, (3, 4))])
def test_gradients_and_state_are_those_of_a_real_step(
    cls: type[nn.Module], shape: tuple[int, ...], optimizer: str, dtype: torch.dtype
) -> None:
    model = cls().to(dtype)
    found = budget(trace(model, shape), training=True, optimizer=optimizer)
    by = (
        torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        if optimizer == "sgd"
        else torch.optim.Adam(model.parameters())
    )
    assert (found.gradients, found.optimiser) == stepped(model, torch.randn(shape).to(dtype), by)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("name", ["alexnet", "vgg16", "densenet121", "shufflenet_v2_x1_0"])
def test_parts_sum_to_the_peak(name: str, optimizer: str) -> None:
    graph = fixture(name)
    whole, found = memory(graph, optimizer), budget(graph, True, optimizer)
    assert found.total - found.weights == whole.peak_training
    assert found.gradients + found.optimiser == whole.weight_state
    assert {h.node for h in found.held} == set(whole.alive_at_training_peak)
    at_rest = budget(graph, False)
    assert at_rest.total - at_rest.weights == whole.peak_inference
    assert {h.node for h in at_rest.held} == set(whole.alive_at_inference_peak)


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "vgg19"])
def test_every_weight_of_a_plain_network_is_trained(name: str) -> None:
    graph = engine.graph(name)
    assert {w.name for w in trained_weights(graph)} == {
        w.name for w in graph.weights if w.trainable
    }


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("name", ["lenet5", "vgg11"])
def test_a_batch_in_another_precision_keeps_what_autograd_keeps(name: str, dtype: str) -> None:
    """Indices of maxima stay 8 bytes: nothing that a factor of two would give."""
    choice = zoo.resolve(name, {"input_size": 32})
    graph = engine.batch_of(choice, 3, dtype)
    model = zoo.construct(choice, device="cpu").to(getattr(torch, dtype))
    images = [torch.randn(3, *s[1:]).to(getattr(torch, dtype)) for s in choice.input_shapes]
    assert memory(graph).kept_for_backward == saved_bytes(model, *images)
