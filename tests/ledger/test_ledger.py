"""Every printed figure is computed again; a falsified one does not pass."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from cnnviz import ledger, zoo
from cnnviz.content import has_label
from cnnviz.errors import ReaderError
from cnnviz.ledger import Cell, Row
from cnnviz.ledger.written import agrees, like, split

ROWS = ledger.rows()
COMPUTED = [(r, c) for r in ROWS for c in r.cells if c.reading and not c.tried]


def wanted(cell: Cell) -> str:
    """What its data promises: a reason or a list of what was tried stands only where needed."""
    if cell.reading is None:
        return "quoted"
    return "explained" if cell.instead else "open" if cell.tried else "reproduced"


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_verdict(row: Row) -> None:
    assert [c.verdict for c in ledger.check(row).cells] == [wanted(c) for c in row.cells]


def falsified(printed: str, digits: int) -> tuple[str, ...]:
    """The printed figure five units of its last digit off, both ways: 15.3B -> 14.8B, 15.8B.

    Five, because fewer turn some of those that differ into the right ones: 60M into 61M.
    """
    number, decimals, _, unit = split(printed)
    step = Fraction(5, 1) / Fraction(10) ** digits
    return tuple(f"{float(n):.{decimals}f}{unit}" for n in (number - step, number + step))


@pytest.mark.parametrize(("row", "cell"), COMPUTED, ids=lambda v: v.id if hasattr(v, "id") else "")
def test_a_falsified_figure_is_unexplained(row: Row, cell: Cell) -> None:
    assert cell.reading is not None
    for printed in falsified(cell.printed, cell.reading.digits):
        if not printed.startswith("-"):
            wrong = replace(cell, printed=printed)
            assert ledger.check(replace(row, cells=(wrong,))).verdict == "unexplained", printed


def test_what_was_tried_in_vain_makes_it_open() -> None:
    row = next(r for r in ROWS if r.id == "vgg/vgg_d/params")
    wrong = replace(row.cells[0], printed="139M", tried="nothing_fits")
    assert ledger.check(replace(row, cells=(wrong,))).verdict == "open"


def test_a_row_is_as_bad_as_its_worst_cell() -> None:
    row = next(r for r in ROWS if r.id == "pruning/alexnet/params_by_layer")
    wrong = (*row.cells[:-1], replace(row.cells[-1], printed="62M"))
    found = ledger.check(replace(row, cells=wrong))
    assert found.verdict == "unexplained"
    assert {c.verdict for c in found.cells} == {"reproduced", "explained", "unexplained"}


def test_ids_are_unique_and_labels_tell_cells_apart() -> None:
    assert len({r.id for r in ROWS}) == len(ROWS)
    for row in ROWS:
        labels = [c.label for c in row.cells]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_every_key_has_words(row: Row) -> None:
    keys = [f"unit.{row.unit}", f"seen.{row.seen}"]
    keys += [f"dataset.{row.dataset}"] if row.dataset else []
    for cell in row.cells:
        keys += [f"reason.{cell.reason}"] if cell.reason else []
        keys += [f"tried.{cell.tried}"] if cell.tried else []
        keys += [f"metric.{cell.metric}"] if cell.metric else []
        assert row.dataset or not cell.metric
    assert all(has_label(f"ledger.{key}") for key in keys), keys
    assert row.paper in ledger.papers()


def test_verdicts_have_words() -> None:
    for verdict in ledger.VERDICTS:
        assert has_label(f"ledger.verdict.{verdict}")


def test_papers_of_the_zoo_are_known() -> None:
    for family in zoo.families():
        assert {a.paper for a in family.archs} <= set(ledger.papers())


def test_rows_by_paper_and_by_network() -> None:
    assert {r.paper for r in ledger.rows(paper="vgg")} == {"vgg"}
    ids = {r.id for r in ledger.rows(arch="vgg_d")}
    assert {"vgg/vgg_d/params", "resnet/vgg16/macs", "rf/vgg_16/receptive_field"} <= ids
    assert "vgg/vgg_e/params" not in ids
    assert ledger.rows(paper="alexnet", arch="vgg16") == ()


def test_an_unknown_paper_is_answered_with_close_ones() -> None:
    with pytest.raises(ReaderError) as caught:
        ledger.rows(paper="alexnets")
    assert "alexnet" in str(caught.value)
    with pytest.raises(ReaderError):
        ledger.rows(arch="alexnets2")


def test_one_cell() -> None:
    row, cell = ledger.cell("vgg", "errors_single_scale", "D top-1")
    assert (row.where, cell.printed) == ("Table 3", "25.6")
    assert ledger.cell("vgg", "params", "vgg_d")[1].printed == "138M"
    for wrong in ("", "F top-1"):
        with pytest.raises(KeyError):
            ledger.cell("vgg", "errors_single_scale", wrong)


@pytest.mark.parametrize(
    ("name", "knobs", "percent", "paper"),
    [
        ("lenet5", {}, 99.05, "lenet"),
        ("alexnet", {}, 59.3, "alexnet"),  # 1 CNN: 40.7 % error
        ("alexnet", {"reading": "224_1_2"}, 59.3, "alexnet"),
        ("alexnet", {"variant": "library"}, 56.522, "libraries"),
        ("vgg_d", {}, 74.4, "vgg"),
        ("vgg16", {"variant": "library"}, 71.592, "libraries"),
        ("vgg16_bn", {}, 72.98, "senet"),
        ("vgg11_lrn", {}, 70.3, "vgg"),
        ("vgg16_cifar", {"filters": "pruned_a"}, 93.4, "filter_pruning"),
    ],
)
def test_published_accuracy(
    name: str, knobs: dict[str, zoo.Value], percent: float, paper: str
) -> None:
    found = ledger.accuracy(name, **knobs)
    assert found is not None
    assert found.percent == pytest.approx(percent)
    assert found.paper.key == paper
    assert found.metric != "top5_error"


@pytest.mark.parametrize(
    ("name", "knobs"),
    [
        ("vgg16", {"width": 0.5}),
        ("vgg16", {"head": "gap"}),
        ("vgg16", {"num_classes": 10}),
        ("alexnet", {"towers": 1}),
        ("lenet5", {"variant": "library"}),
        ("alexnet_v2", {}),
    ],
)
def test_another_network_has_no_published_accuracy(name: str, knobs: dict[str, zoo.Value]) -> None:
    assert ledger.accuracy(name, **knobs) is None


@pytest.mark.parametrize(
    ("value", "printed", "digits", "rounding", "agree"),
    [
        (60_965_224, "61M", 0, "nearest", True),
        (60_965_224, "60M", 0, "nearest", False),
        (60_965_224, "60M", 0, "down", True),
        (1_448_813_632, "1.5B", 1, "up", True),
        (1_448_813_632, "1.4B", 1, "up", False),
        (15_346_630_656, "15.3B", 1, "nearest", True),
        (15_346_630_656, "15.35B", 2, "nearest", True),
        (1_066_440, "1070KB", -1, "nearest", True),
        (1_066_440, "1070KB", 0, "nearest", False),
        (25, "20", -1, "nearest", True),  # a half goes either way
        (25, "30", -1, "nearest", True),
        (60_000, "60000", 0, "nearest", True),
        (60_001, "60000", 0, "nearest", False),
    ],
)
def test_rounding(value: int, printed: str, digits: int, rounding: str, agree: bool) -> None:
    assert agrees(Fraction(value), printed, digits, rounding) is agree


def test_writing_like_the_paper() -> None:
    assert like(Fraction(15_470_264_320), "15.3B", 1) == "15.5B"
    assert like(Fraction(553_430_176), "552MB", 0) == "553MB"
    assert like(Fraction(60_000), "60000", 0) == "60000"
    assert split("12x") == (12, 0, 1, "x")
    with pytest.raises(ValueError, match="not a number"):
        split("about 60")
