"""Whatever is typed, the program answers: a result, or one sentence and status 2."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.cli import run

COMMANDS = ("list", "report", "compare", "crosscheck", "ledger", "lists", "", "-", "--", "--help")
WORDS = (
    "lenet5", "lenet1", "LENET", "lenet 5", ":", "a:b", "json:dumps", "卷积", "\x00", "\x1b[2J",
    "--", "--json", "--csv", "--md", "--latex", "--lang", "zh", "en", "--lang=zh", "--set",
    "--input", "=", "a=", "=b", "width=0.5", "width=nan", "width=inf", "input_size=1e3", "\udc80",
    "input_size=0x20", "in_channels=3", "variant=library", "variant=", "1,1,32,32", "1,3,32,32",
    "2,1,40,40", "1,1,9,9", "1", "1,1,1,1,1,1", "1.5,2", ",", "1,1,32,32,", "--paper", "lenet",
    "--fail-on", "open", "--family", "vgg", "--help", "--version", "-o", "--unfold", "--paper=",
)  # fmt: skip


def answer(words: list[str]) -> tuple[int, str, str]:
    """Status, standard output, standard error, both as a UTF-8 terminal would get them."""
    out, err = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            patch.delenv(name, raising=False)
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8"))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8"))
        status = run(words)
        sys.stdout.flush()
        sys.stderr.flush()
        return status, out.getvalue().decode(), err.getvalue().decode()


def check(words: list[str]) -> None:
    status, out, err = answer(words)
    if status == 2:
        assert out == ""
        assert err.startswith("cnnviz: ") and len(err.splitlines()) == 1, err
    else:
        assert status == 0 or "--fail-on" in words
        assert out and err == ""


@settings(max_examples=80)
@given(st.sampled_from(COMMANDS), st.lists(st.sampled_from(WORDS), max_size=5))
def test_every_line_is_answered(command: str, words: list[str]) -> None:
    check([command, *words])


@pytest.mark.slow
@settings(max_examples=1500)
@given(
    st.sampled_from(COMMANDS), st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=6)
)
def test_every_text_is_answered(command: str, words: list[str]) -> None:
    check([command, *words])
