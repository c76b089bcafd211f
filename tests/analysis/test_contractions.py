"""einsum: MACs against PyTorch's own count, for what contracts something and what does not."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.graph import Shape
from tests.analysis import tiny
from tests.analysis.oracles import macs, tensors
from tests.analysis.test_cost import check_sums, report_of

EINSUMS: dict[str, tuple[Shape, ...]] = {
    "nchw->nhwc": ((2, 3, 4, 5),),  # one operand is moved, or summed
    "nchw->nc": ((2, 3, 4, 5),),
    "ij,ij->ij": ((3, 4), (3, 4)),  # nothing is contracted
    "i,j->ij": ((3,), (4,)),
    "ij,kl->ik": ((4, 5), (6, 7)),  # summed before
    "ij,j->i": ((1, 4), (4,)),
    "ij,jk": ((3, 4), (4, 5)),
    "b...i,b...j->b...ij": ((2, 3, 4), (2, 3, 5)),
    "bij,jk->bk": ((2, 3, 4), (4, 5)),
    "bij,bjk,bkl->bil": ((2, 5, 6), (2, 6, 7), (2, 7, 4)),  # from left to right
    "ab,cb,bd->acd": ((3, 4), (5, 4), (4, 2)),
}


@pytest.mark.parametrize("equation", EINSUMS)
def test_einsum(equation: str) -> None:
    _compare(equation, EINSUMS[equation])


def test_flops_of_what_contracts_nothing() -> None:
    """A permutation none; a sum one for each element; a product one for each."""
    flops = {"nchw->nhwc": 0, "nchw->nc": 120, "ij,ij->ij": 12, "i,j->ij": 12}
    for equation, expected in flops.items():
        model = tiny.of(partial(torch.einsum, equation))
        assert report_of(model, *EINSUMS[equation]).totals.flops == expected


LETTERS = {"i": 2, "j": 3, "k": 4, "l": 5}


@settings(max_examples=100)
@given(st.lists(st.sets(st.sampled_from("ijkl"), min_size=1), min_size=1, max_size=3), st.data())
def test_random_einsums(terms: list[set[str]], data: st.DataObject) -> None:
    texts = ["".join(data.draw(st.permutations(sorted(t)))) for t in terms]
    out = data.draw(st.sets(st.sampled_from(sorted(set().union(*terms)))))
    shapes = tuple(tuple(LETTERS[k] for k in t) for t in texts)
    _compare(f"{','.join(texts)}->{''.join(sorted(out))}", shapes)


def _compare(equation: str, shapes: tuple[Shape, ...]) -> None:
    model = tiny.of(partial(torch.einsum, equation))
    report = report_of(model, *shapes)
    check_sums(report)
    assert report.totals.macs == macs(model, *tensors(shapes), dots=True)
