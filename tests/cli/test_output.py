"""How tables are written: fitted to terminals, whole into pipes, plain where UTF-8 is not."""

from __future__ import annotations

import io
import re
import sys

import pytest

from cnnviz import engine
from cnnviz.cli import run
from cnnviz.cli_output import EXPENDABLE, fitting, language
from cnnviz.errors import ReaderError
from cnnviz.views.layers import layers
from cnnviz.views.tables import width

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Terminal(io.StringIO):
    """Standard output that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [60, 100, 200])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tables_fit_the_terminal(columns: int, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run(["report", "lenet5", "--lang", lang]) == 0
    lines = ESCAPES.sub("", screen.getvalue()).splitlines()
    assert max(width(line) for line in lines) <= columns
    assert len([line for line in lines if line.startswith(("C1 ", "F6 "))]) == 2  # one line each
    assert any("--csv" in line for line in lines) == (columns < 200)
    if columns == 200:
        assert any("340,908" in line and "60,000" in line for line in lines)


def test_pipes_get_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "lenet5"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "340,908" in out and "94,210" in out and "whole input" in out


def test_expendable_columns_go_first() -> None:
    table = layers(engine.report("lenet5"), "en", connections=True)
    keys = [c.key for c in table.columns]
    seen = set()
    for room in range(20, 200):
        kept = [keys[i] for i in fitting(table, room)]
        seen.add(len(kept))
        assert kept[0] == "name"
        assert kept == sorted(kept, key=keys.index)
        gone = [k for k in keys if k not in kept]
        if any(k not in EXPENDABLE for k in gone):
            assert all(k not in EXPENDABLE for k in kept)
    assert {1, len(keys)} <= seen


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "gbk", "utf-8"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_any_encoding_gets_every_number(
    encoding: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert run(["report", "lenet5", "--lang", lang]) == 0
    assert run(["report", "lenet5", "--md", "--lang", lang]) == 0
    text = raw.getvalue().decode(encoding)
    assert "340,908" in text
    assert ("6 x 28 x 28" if encoding == "ascii" else "6 × 28 × 28") in text


@pytest.mark.parametrize(
    ("words", "environment", "lang"),
    [
        ("list", {}, "en"),
        ("list", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("list", {"LANG": "zh_TW.UTF-8"}, "zh"),
        ("list", {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ("list", {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ("list", {"LANG": "fr_FR.UTF-8"}, "en"),
        ("list --lang zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("--lang=en list", {"LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_language(words: str, environment: dict[str, str], lang: str) -> None:
    assert language(words.split(), environment) == lang


def test_unknown_language_is_named() -> None:
    with pytest.raises(ReaderError, match="klingon"):
        language(["list", "--lang", "klingon"], {})
