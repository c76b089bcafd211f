"""The table of layers beside what is pinned: no difference is lost, none is told twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cnnviz import zoo
from cnnviz.report import ADDITIVE
from cnnviz.ui.panel.layers import _data
from cnnviz.ui.study import of_zoo
from cnnviz.views.layers import COLUMNS

PAIRS = (
    ("vgg16", "vgg19"),
    ("vgg19", "vgg16"),
    ("vgg16", "alexnet"),
    ("lenet5", "vgg11"),
    ("googlenet", "resnet50"),
)


def data_of(now: str, then: str) -> dict[str, Any]:
    archs = (zoo.find(now), zoo.find(then))
    shown, pinned = (of_zoo(zoo.resolve(a.name, {}), zoo.family(a.family)) for a in archs)
    return _data(replace(shown, pinned=pinned), "en")


@pytest.mark.parametrize(("now", "then"), PAIRS)
def test_a_columns_differences_sum_to_the_totals_difference(now: str, then: str) -> None:
    data = data_of(now, then)
    for j, key in enumerate(COLUMNS):
        if key in ADDITIVE:
            pairs = [(row["cells"][j], row["then"][j]) for row in data["rows"]]
            known = sum((a or 0) - (b or 0) for a, b in pairs)
            assert known == data["totals"][j] - data["pinned"][j], key


def test_what_the_pinned_network_alone_has_stands_at_its_place() -> None:
    rows = data_of("vgg16", "vgg19")["rows"]
    gone = {r["id"]: r for r in rows if r.get("gone")}
    assert list(gone) == [f"{op}{i}_4" for i in (3, 4, 5) for op in ("conv", "relu")]
    assert rows[gone["conv3_4"]["after"]]["id"] == "relu3_3"
    params = COLUMNS.index("params")
    assert gone["conv3_4"]["then"][params] == 590_080
    assert gone["conv3_4"]["only"] == "only in VGG-19 (E)"
    own = {r["id"]: r.get("only") for r in data_of("vgg19", "vgg16")["rows"]}
    assert own["conv3_4"] == "only in VGG-19 (E)"
    assert own["conv3_3"] is None


def test_fields_and_maps_say_their_differences() -> None:
    rows = {r["id"]: r for r in data_of("vgg16", "vgg19")["rows"]}
    field = COLUMNS.index("receptive_field")
    assert rows["conv3_3"]["then"][field] == ""
    assert rows["conv4_1"]["then"][field] == "−8"
