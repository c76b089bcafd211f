"""The formula of an output size along one axis, to show beside the size that PyTorch gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cnnviz.graph import OPS
from cnnviz.report import Row

_ADAPTIVE: Final = "adaptive_"


@dataclass(frozen=True, slots=True)
class Window:
    """One axis of a sliding window. Lengths in elements of the map that is read.

    formula and substitution agree with `out`, the size by PyTorch's documentation of the layer
    (torch.nn.Conv2d, ConvTranspose2d, MaxPool2d: "Shape").
    """

    n: int
    k: int
    s: int
    d: int
    p_b: int
    p_e: int
    ceil: bool = False
    transposed: bool = False
    extra: int = 0  # output_padding

    @property
    def out(self) -> int:
        if self.transposed:
            return (
                (self.n - 1) * self.s
                - self.p_b
                - self.p_e
                + self.d * (self.k - 1)
                + (self.extra + 1)
            )
        span = self.n + self.p_b + self.p_e - self.d * (self.k - 1) - 1
        if not self.ceil:
            return span // self.s + 1
        return -(-span // self.s) + 1 - self._last_in_padding

    @property
    def _last_in_padding(self) -> int:
        """1 where ceil mode's last window would start behind the map: PyTorch drops it."""
        span = self.n + self.p_b + self.p_e - self.d * (self.k - 1) - 1
        windows = -(-span // self.s) + 1
        return int(self.ceil and (windows - 1) * self.s >= self.n + self.p_b)

    @property
    def plain(self) -> bool:
        """Whether the short form says it all: equal padding, no dilation, no window dropped."""
        usual = self.p_b == self.p_e and self.d == 1
        return usual and not self.transposed and not self._last_in_padding

    @property
    def formula(self) -> str:
        return self.written(self.plain)[0]

    @property
    def substitution(self) -> str:
        return self.written(self.plain)[1]

    def written(self, short: bool) -> tuple[str, str]:
        """The formula and the formula with its numbers, in the short form or in full."""
        n, k, s, d, b, e = self.n, self.k, self.s, self.d, self.p_b, self.p_e
        if self.transposed:
            extra, more = (" + e", f" + {self.extra}") if self.extra else ("", "")
            return (
                f"(n − 1)·s − p_b − p_e + d·(k − 1){extra} + 1",
                f"({n} − 1)·{s} − {b} − {e} + {d}·({k} − 1){more} + 1",
            )
        left, right = "⌈⌉" if self.ceil else "⌊⌋"
        if short:
            pad, padded = (" + 2·p", f" + 2·{b}") if b else ("", "")
            return (
                f"{left}(n{pad} − k)/s{right} + 1",
                f"{left}({n}{padded} − {k})/{s}{right} + 1",
            )
        drop = " − 1" if self._last_in_padding else ""
        return (
            f"{left}(n + p_b + p_e − d·(k − 1) − 1)/s{right} + 1{drop}",
            f"{left}({n} + {b} + {e} − {d}·({k} − 1) − 1)/{s}{right} + 1{drop}",
        )


def alike(windows: tuple[Window, ...]) -> tuple[str, tuple[str, ...]]:
    """One formula for all axes, and each axis's numbers in it: short where all of them allow it."""
    short = all(w.plain for w in windows) and len({w.p_b > 0 for w in windows}) == 1
    written = [w.written(short) for w in windows]
    return written[0][0], tuple(line for _, line in written)


def window(row: Row) -> tuple[Window, ...]:
    """One Window a spatial axis; none where the op slides no window of a fixed size."""
    kernel = row.attrs.get("kernel_size")
    if not kernel or OPS[row.op] not in ("convolution", "pooling") or _ADAPTIVE in row.op:
        return ()
    axes = len(kernel)
    lengths = row.in_shapes[0][-axes:]
    strides = tuple(row.attrs.get("stride") or kernel)
    dilations = tuple(row.attrs.get("dilation") or (1,) * axes)
    paddings = tuple(row.attrs.get("padding") or ((0, 0),) * axes)
    extras = tuple(row.attrs.get("output_padding") or (0,) * axes)
    return tuple(
        Window(
            n=lengths[a],
            k=kernel[a],
            s=strides[a],
            d=dilations[a],
            p_b=paddings[a][0],
            p_e=paddings[a][1],
            ceil=bool(row.attrs.get("ceil_mode", False)),
            transposed="transpose" in row.op,
            extra=extras[a],
        )
        for a in range(axes)
    )
