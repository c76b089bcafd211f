"""Running the command line inside the test process, and a folder with networks of one's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cnnviz.cli import run

OWN = '''
"""An engineer's file: a network, and what can go wrong."""
import torch
from torch import nn

print("importing")


class Net(nn.Module):
    def __init__(self, classes: int = 10, scale: float = 1.0, name: str = "", on: bool = False):
        super().__init__()
        assert isinstance(classes, int) and isinstance(scale, float) and isinstance(on, bool)
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.head = nn.Linear(8, classes)

    def forward(self, x):
        print("running")
        return self.head(torch.relu(self.conv(x)).mean((2, 3)))


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, a, b):
        return self.conv(a) + self.conv(b)


class Raises(nn.Module):
    def forward(self, x):
        raise RuntimeError("the engineer's own words")


class Reads(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


def number():
    return 7


def fails():
    raise KeyError("weights.pt")


ready = nn.Conv2d(3, 4, 1)


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(100, 8)

    def forward(self, x):
        return self.words(x)


class Opaque(nn.Module):
    def forward(self, x):
        return torch.linalg.matrix_exp(x)


class Leaves(nn.Module):
    def forward(self, x):
        raise SystemExit("no more")
'''


@dataclass(frozen=True)
class Said:
    """What a run of the command line left behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def cnnviz(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """cnnviz("report", "lenet5") in an English locale, output not a terminal."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str) -> Said:
        status = run(words)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return call


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module in the current folder."""
    name = f"own_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(OWN, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return name
