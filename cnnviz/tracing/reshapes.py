"""What a node keeps of functions that move, cut, pad or resample: axes, ranges, sizes.

Like attributes.py: (arguments by name, result) -> plain values; axes are counted from the front.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cnnviz.tracing.attributes import Args, Attrs, each


def permute(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    rank, dims = a["input"].dim(), a.get("dims", ())
    dims = dims if isinstance(dims, tuple | list) else (dims,)
    return {"dims": tuple(d % rank for d in dims)}


def transpose(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """As a permutation; without axes the first two (t)."""
    order = list(range(a["input"].dim()))
    if len(order) > 1:
        i, j = a.get("dim0", a.get("axis0", 0)), a.get("dim1", a.get("axis1", 1))
        order[i], order[j] = order[j], order[i]
    return {"dims": tuple(order)}


def reverse_axes(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    return {"dims": tuple(reversed(range(a["input"].dim())))}


def matrix_transpose(a: Args, out: Any) -> Attrs:
    return transpose({"input": a["input"], "dim0": -2, "dim1": -1}, out)


def movedim(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    rank = a["input"].dim()
    source = [d % rank for d in each(a["source"], 1)]
    target = [d % rank for d in each(a["destination"], 1)]
    order = [d for d in range(rank) if d not in source]
    for t, s in sorted(zip(target, source, strict=True)):
        order.insert(t, s)
    return {"dims": tuple(order)}


def narrow(a: Args, out: Any) -> Attrs:
    """dim, start, length of `narrow` and of `select`."""
    rank, dim = a["input"].dim(), a["dim"]
    start = a["start"] if "start" in a else a["index"]
    if isinstance(start, Tensor):
        return {}
    length = a.get("length", 1)
    size = a["input"].shape[dim]
    ranges = [(0, s, 1) for s in a["input"].shape]
    ranges[dim] = (start % size if size else 0, length, 1)
    return (
        {"dim": dim % rank, "start": ranges[dim][0], "length": length, "ranges": tuple(ranges)}
        if out is not None
        else {}
    )


def index(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """`ranges`: (first, how many, step) on each axis of the input; none where tensors index.

    dim, start, length as well, where one axis only is cut and its step is 1.
    """
    shape, at = a["input"].shape, a["index"]
    at = at if isinstance(at, tuple) else (at,)
    ints_or_slices = [i for i in at if i is not None and i is not Ellipsis]
    if not all(isinstance(i, int | slice) and not isinstance(i, bool) for i in ints_or_slices):
        return {}
    full = [slice(None)] * (len(shape) - len(ints_or_slices))
    before = [i is Ellipsis for i in at]
    cut = before.index(True) if True in before else len(at)
    left = [i for i in at[:cut] if i is not None]
    right = [i for i in at[cut + 1 :] if i is not None]
    try:
        ranges = tuple(_range(i, n) for i, n in zip([*left, *full, *right], shape, strict=True))
    except TypeError:  # a slice whose ends are tensors
        return {}
    found: Attrs = {"ranges": ranges}
    cuts = [d for d, (r, n) in enumerate(zip(ranges, shape, strict=True)) if r != (0, n, 1)]
    if len(cuts) == 1 and ranges[cuts[0]][2] == 1:
        d = cuts[0]
        found |= {"dim": d, "start": ranges[d][0], "length": ranges[d][1]}
    return found


def _range(i: int | slice, n: int) -> tuple[int, int, int]:
    if isinstance(i, int):
        return (i % n, 1, 1)
    r = range(n)[i]
    return (r.start, len(r), r.step)


def split(a: Args, out: Any) -> Attrs:
    rank, dim = a["input"].dim(), a.get("dim", 0) % a["input"].dim()
    sizes = tuple(t.shape[dim] if t.dim() == rank else 1 for t in out)
    return {"dim": dim, "sizes": sizes}


def pad(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """One (begin, end) pair per axis of the tensor, from the front; negative ones crop."""
    given, rank = tuple(a["pad"]), a["input"].dim()
    last = [(given[i], given[i + 1]) for i in range(0, len(given), 2)]
    full = ((0, 0),) * (rank - len(last)) + tuple(reversed(last))
    return {"pad": full, "mode": a.get("mode", "constant")}


def interpolate(a: Args, out: Any) -> Attrs:
    """scale_factor: by what PyTorch divides places: as given, or the ratio of the sizes.

    "area" is an adaptive average pooling by another name.
    """
    sizes, given = tuple(out.shape[2:]), a.get("scale_factor")
    if a.get("mode") == "area":
        return {"output_size": sizes}
    if given is None or a.get("recompute_scale_factor"):
        scale = tuple(o / i for o, i in zip(sizes, a["input"].shape[2:], strict=True))
    else:
        factors = tuple(given) if isinstance(given, tuple | list) else (given,) * len(sizes)
        scale = tuple(float(f) for f in factors)
    return {
        "output_size": sizes,
        "scale_factor": scale,
        "mode": a.get("mode", "nearest"),
        "align_corners": bool(a.get("align_corners") or False),
        "antialias": bool(a.get("antialias", False)),
    }
