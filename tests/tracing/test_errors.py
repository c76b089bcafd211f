"""What cannot be traced: one sentence that names the module and the operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnviz.content import LANGS, sentence
from cnnviz.errors import ReaderError
from cnnviz.tracing import trace
from tests.tiny_modules import MAP, Function


def error(model: nn.Module, *inputs: Any) -> ReaderError:
    with pytest.raises(ReaderError) as raised:
        trace(model, *inputs)
    for lang in LANGS:
        assert "{" not in sentence(raised.value, lang)
    return raised.value


@pytest.mark.parametrize(
    ("forward", "operation"),
    [
        (lambda _, x: x if x.sum() > 0 else -x, "bool()"),
        (lambda _, x: x * x.max().item(), ".item()"),
        (lambda _, x: x * float(x.max()), "float()"),
        (lambda _, x: x[: int(x.sum())], "int()"),
        (lambda _, x: x.tolist(), ".tolist()"),
        (lambda _, x: x.detach().cpu().numpy(), ".numpy()"),
        (lambda _, x: f"{x.sum():.2f}", "format()"),
        (lambda _, x: x[x > 0], "x[mask]"),
        (lambda _, x: torch.nonzero(x), "torch.nonzero()"),
        (lambda _, x: torch.where(x > 0), "torch.where()"),
        (lambda _, x: torch.masked_select(x, x > 0), "torch.masked_select()"),
        (lambda _, x: torch.unique(x), "torch.unique()"),
        (lambda _, x: x if torch.equal(x, x) else -x, "torch.equal()"),
    ],
)
def test_control_flow_on_data(forward: Callable[..., Any], operation: str) -> None:
    e = error(nn.Sequential(nn.ReLU(), Function(forward)), MAP)
    assert (e.key, e.values) == ("data_dependent", {"module": "1", "operation": operation})


def test_control_flow_on_constants_and_sizes_is_fine() -> None:
    def forward(_: nn.Module, x: Tensor) -> Tensor:
        steps = torch.arange(3)
        return x + 1 if steps.sum() == 3 and x.shape[1] == 4 and int(steps[2]) == 2 else x

    assert [n.op for n in trace(Function(forward), MAP).nodes] == ["input", "add"]


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Conv1d(4, 2, 9), (1, 4, 6)),
        (nn.Conv2d(4, 2, (1, 9)), (1, 4, 20, 6)),
        (nn.Conv2d(4, 2, 3, dilation=4), (1, 4, 6, 6)),
        (nn.Conv3d(4, 2, 9), (1, 4, 6, 6, 6)),
        (nn.ConvTranspose2d(4, 2, 1, padding=1), (1, 4, 2, 2)),
        (nn.MaxPool1d(9), (1, 4, 6)),
        (nn.MaxPool2d(9), (1, 4, 6, 6)),
        (nn.MaxPool2d(9, return_indices=True), (1, 4, 6, 6)),
        (nn.MaxPool3d(9), (1, 4, 6, 6, 6)),
        (nn.AvgPool1d(9), (1, 4, 6)),
        (nn.AvgPool2d(9), (1, 4, 6, 6)),
        (nn.AvgPool3d(9), (1, 4, 6, 6, 6)),
        (nn.LPPool2d(2, 9), (1, 4, 6, 6)),
        (nn.FractionalMaxPool2d(9, 4), (1, 4, 6, 6)),
        (nn.ReflectionPad2d(9), (1, 4, 6, 6)),
        (nn.Unfold(9), (1, 4, 6, 6)),
        (nn.InstanceNorm2d(4), (1, 4, 1, 1)),
        (nn.Upsample(scale_factor=0.1), (1, 4, 6, 6)),
    ],
)
def test_input_too_small(layer: nn.Module, shape: tuple[int, ...]) -> None:
    """The layer where the map vanishes, and the size at which it arrives there."""
    e = error(nn.Sequential(nn.Identity(), nn.Sequential(nn.ReLU(), layer)), shape)
    size = "×".join(map(str, shape[2:]))
    assert (e.key, e.values) == ("input_too_small", {"layer": "1.1", "size": size})


def test_too_small_agrees_with_pytorch() -> None:
    """For every size: a trace fails exactly where the real forward fails."""
    model = nn.Sequential(
        nn.Conv2d(1, 2, 5), nn.MaxPool2d(2), nn.Conv2d(2, 2, 3, 2), nn.AvgPool2d(3, ceil_mode=True)
    )
    for n in range(1, 30):
        try:
            with torch.no_grad():
                shape = tuple(model(torch.rand(1, 1, n, n)).shape)
        except RuntimeError:
            assert error(model, (1, 1, n, n)).key == "input_too_small"
        else:
            assert trace(model, (1, 1, n, n)).nodes[-1].out_shape == shape


def test_forward_raises() -> None:
    def fail(_: nn.Module, __: Tensor) -> Tensor:
        raise KeyError("no such thing")

    e = error(nn.Sequential(nn.ReLU(), nn.Sequential(Function(fail))), MAP)
    assert e.key == "forward_broke"
    assert e.values["module"] == "1.0"
    assert e.values["error"] == "KeyError: 'no such thing'"
    assert e.values["place"] == f"test_errors.py:{fail.__code__.co_firstlineno + 1}"
    assert isinstance(e.__cause__, KeyError)


@pytest.mark.parametrize(
    ("model", "inputs", "says"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(3, 3)), (MAP,), "linear: 2×256, 3×3"),
        (nn.Sequential(nn.ReLU(), nn.Conv2d(3, 3, 1)), (MAP,), "conv2d: 2×4×8×8, 3×3×1×1"),
        (nn.Sequential(nn.ReLU(), nn.BatchNorm2d(3)), (MAP,), "batch_norm: 2×4×8×8"),
    ],
)
def test_shapes_that_do_not_fit_are_said(model: nn.Module, inputs: Any, says: str) -> None:
    e = error(model, *inputs)
    assert (e.key, e.values["module"]) == ("forward_raised", "1")
    assert says in e.values["message"]


def test_wrong_arguments() -> None:
    assert error(nn.ReLU()).key == "forward_raised"
    assert error(nn.ReLU(), MAP, MAP).key == "forward_raised"
    assert error(nn.ReLU(), (0, 3)).key == "bad_shape"
    assert error(nn.ReLU(), (2, -3)).key == "bad_shape"
    assert error(nn.ReLU(), ()).key == "bad_shape"
    assert error(nn.ReLU(), (10**10, 10**10)).key == "huge_shape"
    assert error(Function(lambda _, x: None), MAP).key == "no_output"  # noqa: ARG005


def test_view_of_a_permuted_map_fails_as_in_pytorch() -> None:
    """A rule's result must not be more contiguous than PyTorch's."""
    e = error(Function(lambda _, x: (torch.relu(x.permute(0, 2, 3, 1)) + 1).view(-1)), MAP)
    assert e.key == "forward_raised"
    assert "view" in e.values["message"]


def test_vmap_says_so() -> None:
    e = error(Function(lambda _, x: torch.vmap(lambda t: t * 2)(x)), MAP)
    assert (e.key, e.values) == ("unseen_tensor", {"module": "Function"})


# PyTorch calls its own torch.jit deprecated; models that use it are still about
@pytest.mark.filterwarnings("ignore:.*torch.jit.*is deprecated")
def test_scripted_module_is_one_operation() -> None:
    scripted = torch.jit.trace(nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU()), torch.rand(MAP))
    graph = trace(nn.Sequential(scripted, nn.ReLU()), MAP)
    assert [(n.id, n.op) for n in graph.nodes] == [
        ("input", "input"),
        ("0", "opaque"),
        ("1", "relu"),
    ]
    assert [w.name for w in graph.nodes[1].weights] == ["0.0.weight", "0.0.bias"]
    assert graph.nodes[1].out_shape == MAP


@pytest.mark.filterwarnings("ignore:.*torch.jit.*is deprecated")
def test_scripted_function_says_so() -> None:
    @torch.jit.script
    def rectified(x: Tensor) -> Tensor:
        return torch.relu(x) + 1

    assert error(Function(lambda _, x: rectified(x)), MAP).key == "scripted_function"
    double = torch.jit.trace(lambda x: x * 2 + 1, torch.rand(MAP))
    e = error(Function(lambda _, x: double(x)), MAP)
    assert e.key == "scripted_function"


def test_embedding_of_a_shape_asks_for_an_example() -> None:
    e = error(nn.Sequential(nn.Embedding(5, 3)), (2, 3))
    assert (e.key, e.values) == ("integers_needed", {"module": "0"})


def test_an_exception_that_the_forward_catches_is_not_blamed() -> None:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        try:
            x = m.first(x)
        except RuntimeError:
            x = x + 1
        return m.second(x)

    parts = {"first": nn.Conv2d(9, 1, 1), "second": nn.Conv2d(4, 1, 9)}
    e = error(Function(forward, **parts), (1, 4, 5, 5))
    assert (e.key, e.values) == ("input_too_small", {"layer": "second", "size": "5×5"})
