"""What a product of tensors multiplies and sums, step by step: matmul, einsum, tensordot.

Several operands are taken from left to right, two at a time, as PyTorch does. What stands in one
operand alone and is asked for by no later one is summed beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt, prod
from typing import NamedTuple

from cnnviz.analysis.factors import operands
from cnnviz.graph import Node, Shape, numel

Sizes = dict[str, int]  # letter -> size; "." and a number: an axis of an ellipsis


class Step(NamedTuple):
    """kind: "contract" (a MAC for each product), "multiply" (element by element), "sum"."""

    kind: str
    factors: Sizes


def steps(n: Node) -> Iterator[Step]:
    """The steps of a matmul node."""
    shapes = operands(n)
    equation = n.attrs.get("equation")
    if equation is not None:
        yield from einsum(equation, shapes)
        return
    a, b = shapes[-2:]
    if len(a) == len(b) == 1 and len(n.out_shape) == 2:  # outer
        yield Step("multiply", {"elements": numel(n.out_shape)})
    else:
        yield Step("contract", product(n, a, b))


def product(n: Node, a: Shape, b: Shape) -> Sizes:
    """A matrix product as batch · M · P · K, left out where an operand is a vector."""
    rows = {"M": a[-2]} if len(a) > 1 else {}
    columns = {"P": b[-1]} if len(b) > 1 else {}
    fits = a[-1] == (b[-2] if len(b) > 1 else b[-1])
    if fits and len(n.out_shape) <= max(len(a), len(b)) and "dims" not in n.attrs:
        products = numel(n.out_shape) // prod((rows | columns).values())
        lead = max(products, numel(a[:-2]), numel(b[:-2]))  # addbmm sums over its batch
        return ({"batch": lead} if lead > 1 else {}) | rows | columns | {"K": a[-1]}
    # tensordot: each output element sums over what the operands have and it has not
    k = isqrt(numel(a) * numel(b) // max(1, numel(n.out_shape)))
    return {"elements": numel(n.out_shape), "K": k}


def einsum(equation: str, shapes: tuple[Shape, ...]) -> Iterator[Step]:
    terms, out = letters(equation, shapes)
    given = [dict(zip(t, s, strict=True)) for t, s in zip(terms, shapes, strict=True)]
    left = given[0]
    if len(given) == 1 and set(left) - set(out):
        yield Step("sum", named(left))
    for i, right in enumerate(given[1:], 2):
        kept = set(out).union(*given[i:])
        alone = [
            {k for k, size in one.items() if k not in kept and (size == 1 or two.get(k, 1) == 1)}
            for one, two in ((left, right), (right, left))
        ]
        for one, gone in zip((left, right), alone, strict=True):
            if any(one[k] > 1 for k in gone):
                yield Step("sum", named(one))
        one, two = (
            {k: s for k, s in sizes.items() if k not in gone}
            for sizes, gone in zip((left, right), alone, strict=True)
        )
        every = one | {k: max(s, one.get(k, 1)) for k, s in two.items()}
        contracted = every.keys() - kept
        yield Step("contract" if contracted else "multiply", named(every))
        left = {k: s for k, s in every.items() if k in kept}


def letters(equation: str, shapes: tuple[Shape, ...]) -> tuple[list[list[str]], list[str]]:
    """The names of each operand's axes, and of the output's. Implicit output: what stands once."""
    given, arrow, asked = equation.replace(" ", "").partition("->")
    texts = given.split(",")
    terms = [_axes(t, len(s)) for t, s in zip(texts, shapes, strict=True)]
    dots = sorted({k for t in terms for k in t if k.startswith(".")}, reverse=True)
    if arrow:
        head, found, tail = asked.partition("...")
        return terms, [*head, *(dots if found else ()), *tail]
    once = sorted(k for k in set(given) - set(".,") if given.count(k) == 1)
    return terms, [*dots, *once]


def _axes(term: str, rank: int) -> list[str]:
    """ "...ij" of four axes: .1 .0 i j; an ellipsis counts from its end, where operands meet."""
    head, found, tail = term.partition("...")
    more = rank - len(head) - len(tail) if found else 0
    return [*head, *(f".{i}" for i in reversed(range(more))), *tail]


def named(sizes: Sizes) -> Sizes:
    """As factors: n_i for a letter; all axes of an ellipsis together are the batch."""
    batch = prod(s for k, s in sizes.items() if k.startswith("."))
    found = {"n_" + k: s for k, s in sizes.items() if not k.startswith(".")}
    dots = any(k.startswith(".") for k in sizes)
    return ({"batch": batch} if dots else {}) | (found or {})
