"""Independent answers: the gradient's extent, saved tensors, FlopCounterMode. No rule of ours."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.graph import Shape

# element by element, so that they do not change which pixels a unit depends on
POINTWISE = frozenset(
    [
        "relu",
        "relu6",
        "hardtanh",
        "leaky_relu",
        "elu",
        "gelu",
        "silu",
        "hardswish",
        "hardsigmoid",
        "sigmoid",
        "tanh",
        "softplus",
        "prelu",
        "dropout",
        "dropout2d",
        "batch_norm",
        "local_response_norm",
        "selu",
        "mish",
    ]
)


class Positive(TorchFunctionMode):
    """Keeps every path's derivative positive: activations are the identity, maxima are sums.

    gates: without them what an average over the map says is taken as a constant.
    """

    def __init__(self, gates: bool = True) -> None:
        super().__init__()
        self.gates = gates

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "").strip("_")
        if name in POINTWISE:
            return args[0] * 1.0  # a new tensor: in place, too
        if name == "mean" and not self.gates:
            return func(*args, **kwargs).detach()
        if name.startswith("max_pool"):
            return _sum_pool(*args, **kwargs)
        if name in ("sub", "isub"):
            return args[0] + args[1]
        if name == "maximum":
            return args[0] + args[1]
        if name.startswith("adaptive_max_pool"):
            return getattr(F, name.replace("max", "avg"))(*args[:2])
        if name in ("amax", "max"):
            return torch.mean(*args, **kwargs)
        return func(*args, **kwargs)


def _sum_pool(
    x: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """What max_pool reads, summed: a depthwise convolution with ones."""
    assert not return_indices
    d = x.dim() - 2
    k, p, dil = (_each(v, d) for v in (kernel_size, padding, dilation))
    s = _each(stride or kernel_size, d)
    pads: list[int] = []
    for i in reversed(range(d)):
        reach = dil[i] * (k[i] - 1) + 1
        more = -(x.shape[2 + i] + 2 * p[i] - reach) % s[i] if ceil_mode else 0
        # PyTorch: the last window starts inside the image or the padding before it
        units = (x.shape[2 + i] + 2 * p[i] - reach + more) // s[i] + 1
        if (units - 1) * s[i] >= x.shape[2 + i] + p[i]:
            more -= s[i]
        pads += [p[i], p[i] + max(more, 0)]
    x = F.pad(x, pads)
    weight = x.new_ones((x.shape[1], 1, *k))
    conv = (F.conv1d, F.conv2d, F.conv3d)[d - 1]
    return conv(x, weight, stride=s, dilation=dil, groups=x.shape[1])


def _each(value: Any, d: int) -> tuple[int, ...]:
    return (value,) * d if isinstance(value, int) else tuple(value)


def positive(model: nn.Module) -> nn.Module:
    """A copy in float64 for evaluation with positive weights."""
    made = copy.deepcopy(model).eval().double()
    with torch.no_grad():
        for p in made.parameters():
            p.copy_(torch.rand_like(p) + 0.5)
    return made


def seen(
    model: nn.Module, shape: Shape, axis: int, units: list[int], gates: bool = True
) -> list[range | None]:
    """For each unit of the output along `axis`: first to last input pixel with a gradient."""
    made = positive(model)
    x = torch.ones(shape, dtype=torch.float64, requires_grad=True)
    with Positive(gates):
        y = made(x)
    found: list[range | None] = []
    for u in units:
        (grad,) = torch.autograd.grad(y.select(axis, u).sum(), x, retain_graph=True)
        others = [d for d in range(x.dim()) if d != axis]
        at = torch.nonzero(grad.abs().sum(dim=others)).flatten().tolist()
        found.append(range(at[0], at[-1] + 1) if at else None)
    return found


def saved_bytes(model: nn.Module, *inputs: Tensor) -> int:
    """Bytes that autograd keeps of a forward in training mode, each storage once, weights apart."""
    made = copy.deepcopy(model).train()
    weights = {_address(t) for t in (*made.parameters(), *made.buffers())}
    kept: dict[int, Tensor] = {}

    def keep(t: Tensor) -> Tensor:
        kept.setdefault(_address(t), t)
        return t

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda t: t):
        result = made(*inputs)
    del result
    return sum(t.untyped_storage().nbytes() for a, t in kept.items() if a not in weights)


def _address(t: Tensor) -> int:
    return t.untyped_storage().data_ptr()


def macs(model: nn.Module, *inputs: Tensor, dots: bool = False) -> int:
    """FlopCounterMode's half. It gives 0 for the CPU's fused attention, hence the plain one.

    dots: products of two vectors too, which it leaves out.
    """
    more = {torch.ops.aten.dot: lambda *shapes, **_: 2 * shapes[0][0]} if dots else {}
    plain = sdpa_kernel(SDPBackend.MATH)
    counting = FlopCounterMode(display=False, custom_mapping=more)
    with plain, counting as counter, torch.no_grad():
        copy.deepcopy(model).eval()(*inputs)
    assert counter.get_total_flops() % 2 == 0
    return counter.get_total_flops() // 2


def parameters(model: nn.Module) -> int:
    """Trainable numbers, each tensor once (Module.parameters does that)."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def tensors(shapes: tuple[Shape, ...], seed: int = 0) -> Iterator[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    for shape in shapes:
        yield torch.randn(shape, generator=generator)
