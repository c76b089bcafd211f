"""What the ledger speaks: papers, rows of printed figures, and what checking them found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cnnviz.zoo import Value

# From best to worst: a row is as good as its worst cell.
VERDICTS = ("quoted", "reproduced", "explained", "open", "unexplained")


@dataclass(frozen=True, slots=True)
class Paper:
    """One source of printed figures."""

    key: str
    title: str
    authors: str
    year: int
    venue: str
    url: str


@dataclass(frozen=True, slots=True)
class Measure:
    """How to compute one figure: which number of which network. `of` names it (measure.py)."""

    of: str
    arch: str = ""
    knobs: Mapping[str, Value] | None = None
    node: str = ""  # one layer, or "conv1,conv2", or a module; else the whole network
    until: str = ""  # the layers up to this one
    only: str = ""  # one kind of layer: "convolution"
    attr: str = ""  # of "attr": which of the node's attributes
    quantity: str = ""  # of "mean", "saving" and "ratio": of what
    than: str = ""  # of "ratio": the network whose figure is divided by this one's
    shares: Mapping[str, float] | None = None  # of "mean": a share for each layer
    factors: Sequence[int] = ()  # of "product"
    times: int = 1  # 2 for operations of multiply-accumulates, 4 for bytes of numbers
    divide: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure and how its value is written: so many decimals, rounded so."""

    measure: Measure
    digits: int  # decimals of the printed number in its own unit; negative: tens, hundreds
    rounding: str = "nearest"  # "nearest" | "down" | "up"


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed figure. Without a reading it is quoted: nothing of ours can compute it."""

    label: str  # where in the row: "conv1", "D top-1"; "" where it is alone
    printed: str  # as printed: "15.3B", "12x", "0.95"
    reading: Reading | None
    instead: Reading | None = None  # a reading that the printed figure does follow from …
    reason: str = ""  # … and why: content's "ledger.reason.<reason>"
    tried: str = ""  # what was tried in vain: content's "ledger.tried.<tried>"
    arch: str = ""
    knobs: Mapping[str, Value] | None = None
    metric: str = ""  # of a published accuracy: "top1", "top1_error", "top5_error", "test_error"


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of a paper: one figure, or a list or table of them."""

    paper: str
    subject: str  # the network as the list of published figures calls it
    quantity: str
    unit: str  # content's "ledger.unit.<unit>"
    where: str  # table or section
    seen: str  # how we saw it: content's "ledger.seen.<seen>"
    cells: tuple[Cell, ...]
    dataset: str = ""

    @property
    def id(self) -> str:
        return f"{self.paper}/{self.subject}/{self.quantity}"


@dataclass(frozen=True, slots=True)
class Checked:
    """One cell with our figure beside the printed one."""

    cell: Cell
    verdict: str
    computed: Fraction | None  # exact
    shown: str  # computed, written as the printed one is
    follows: Fraction | None = None  # what the other reading gives


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check` found of a row: the worst of its cells."""

    row: Row
    verdict: str
    cells: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A published accuracy and its source."""

    metric: str
    dataset: str
    printed: str
    row: Row
    paper: Paper

    @property
    def percent(self) -> float:
        """Right answers in percent, whether the source prints these or the wrong ones."""
        value = Fraction(self.printed)
        return float(100 - value if self.metric.endswith("error") else value)
