"""A reader's mistake is one sentence on stderr, in the reader's language, and status 2."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said

Cnnviz = Callable[..., Said]

# words -> what the sentence must name
MISTAKES: dict[tuple[str, ...], str] = {
    ("report", "vgg17"): "vgg16",
    ("rep", "vgg16"): "report",
    ("report",): "ARCH",
    ("compare", "vgg16"): "ARCH",
    ("graph", "vgg16"): "--output",
    ("report", "vgg16", "--jsn"): "--json",
    ("report", "vgg16", "--set"): "--set",
    ("list", "vgg16"): "vgg16",
    ("list", "--family", "lente"): "lenet",
    ("list", "--lang", "fr"): "zh",
    ("list", "--lang"): "zh",
    ("report", "vgg16", "--json", "--csv"): "--csv",
    ("report", "vgg16", "--set", "depth"): "input_size=128",
    ("report", "vgg16", "--set", "depth=3"): "input_size",
    ("report", "vgg16", "--set", "input_size=abc"): "input_size",
    ("report", "vgg16", "--set", "input_size=99999999999999999999"): "1024",
    ("report", "vgg16", "--set", "width=-1"): "width",
    ("report", "vgg16", "--set", "head=none"): "gap",
    ("report", "vgg16", "--set", "input_size=8"): "32",
    ("report", "vgg16", "--input", "1,3,8,8"): "32",
    ("report", "vgg16", "--input", "1,3,a,b"): "1,3,224,224",
    ("report", "vgg16", "--input", "1,3,0,0"): "1,3,224,224",
    ("report", "vgg16", "--input", "1,3,-5,5"): "1,3,224,224",
    ("report", "vgg16", "--input", "1,3," + "9" * 5000 + ",1"): "PyTorch",
    ("report", "vgg16", "--input", "1,3,99999999999,99999999999"): "1024",
    ("report", "vgg16", "--input", "9999999999,3,99999999,99999990"): "PyTorch",
    ("report", "vgg16", "--input", "2,3,8,8"): "32",
    ("report", "vgg16", "--input", "3"): "3",
    ("report", "vgg16", "--input", "1,3,32,32", "--input", "1,3,32,32"): "1 ",
    ("graph", "vgg16", "-o", "drawing.gif"): "svg",
    ("graph", "vgg16", "-o", "drawing"): "svg",
    ("graph", "vgg16", "-o", "-"): "drawing.svg",
    ("report", "vgg16", "--input", "int:1,3,32,32"): "1,3,224,224",
    ("report", "vgg16", "--input", "int:1,x"): "1,3,224,224",
    ("report", "nets.py:Net", "--input", "1,3,8,8"): "nets:Net",
    ("capture", "photos", "--page", "nope"): "vgg",
    ("capture", "photos", "--page", "vggg?view=cost"): "vgg",
    ("graph", "vgg16", "-o", "no/such/folder/a.svg"): "no/such/folder",
    ("graph", "lenet5", "-o", "a.svg", "--theme", "pink"): "light",
    ("ledger", "--paper", "nowhere"): "lenet",
    ("ledger", "--fail-on", "unexplaned"): "unexplained",
    ("ledger", "--fail-on", "nope"): "reproduced",
    ("crosscheck", "vgg17"): "vgg16",
    ("crosscheck", "vgg16", "--set", "input_size=8"): "32",
    ("report", "no_such_module:Net", "--input", "1,3,8,8"): "no_such_module",
    ("report", "json:decoder2", "--input", "1,3,8,8"): "decoder2",
    ("report", ":", "--input", "1,3,8,8"): ":",
    ("report", "json:", "--input", "1,3,8,8"): "json",
    ("capture", "photos", "--page-lang", "fr"): "zh",
    ("capture", "photos", "--theme", "pink"): "light",
    ("capture", "photos", "--size", "huge"): "desktop",
}

OWN: dict[tuple[str, ...], str] = {
    ("report", "{own}:Net"): "--input",
    ("report", "{own}:Nett", "--input", "1,3,8,8"): "Nett",
    ("report", "{own}:number", "--input", "1,3,8,8"): "int",
    ("report", "{own}:fails", "--input", "1,3,8,8"): "weights.pt",
    ("report", "{own}:Raises", "--input", "1,3,8,8"): "the engineer's own words",
    ("report", "{own}:Reads", "--input", "1,3,8,8"): "Reads",
    ("report", "{own}:Net", "--input", "1,4,8,8"): "conv",
    ("report", "{own}:Net", "--input", "1,3,8,8", "--set", "nosuch=1"): "nosuch",
    ("report", "{own}:ready", "--input", "1,3,8,8", "--set", "width=3"): "width",
    ("report", "{own}:Words", "--input", "1,5"): "int:1,5",
    ("report", "{own}:Leaves", "--input", "1,5"): "no more",
    ("crosscheck", "{own}:Raises", "--input", "1,3,8,8"): "the engineer's own words",
    ("graph", "{own}:Raises", "--input", "1,3,8,8", "-o", "a.svg"): "the engineer's own words",
    ("compare", "lenet5", "{own}:fails", "--input", "1,1,32,32"): "weights.pt",
}


def check(said: Said, named: str, chinese: bool) -> None:
    assert said.status == 2
    assert said.out == ""
    sentence = said.err.splitlines()[-1]
    assert sentence.startswith("cnnviz: ")
    assert named in sentence
    assert "Traceback" not in said.err
    assert bool(re.search(r"[\u4e00-\u9fff]", sentence)) == chinese


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("words", MISTAKES, ids=lambda w: " ".join(w)[:50])
def test_one_sentence(
    cnnviz: Cnnviz,
    words: tuple[str, ...],
    lang: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8" if lang == "zh" else "en_GB.UTF-8")
    said = cnnviz(*words)
    check(said, MISTAKES[words], lang == "zh")
    assert len(said.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("words", OWN, ids=lambda w: " ".join(w)[:50])
def test_one_sentence_on_own_networks(
    cnnviz: Cnnviz, own: str, words: tuple[str, ...], lang: str
) -> None:
    said = cnnviz("--lang", lang, *(w.format(own=own) for w in words))
    check(said, OWN[words], lang == "zh")


def test_module_that_leaves_the_program(cnnviz: Cnnviz, own: str, tmp_path: Path) -> None:
    (tmp_path / f"{own}_script.py").write_text("import sys\nsys.exit('usage: train.py')\n")
    said = cnnviz("report", f"{own}_script:Net", "--input", "1,3,8,8")
    check(said, "usage: train.py", chinese=False)


def test_a_very_long_name_is_not_repeated(cnnviz: Cnnviz) -> None:
    said = cnnviz("report", "a" * 100_000 + ":" + "b" * 100_000, "--input", "1,3,8,8")
    assert said.status == 2
    assert len(said.err) < 1000


def test_module_with_a_syntax_error(cnnviz: Cnnviz, own: str, tmp_path: Path) -> None:
    (tmp_path / f"{own}_broken.py").write_text("def f(:\n")
    said = cnnviz("report", f"{own}_broken:Net", "--input", "1,3,8,8")
    check(said, "SyntaxError", chinese=False)


def test_place_that_cannot_be_written(cnnviz: Cnnviz, tmp_path: Path) -> None:
    (tmp_path / "folder.svg").mkdir()
    check(cnnviz("graph", "lenet5", "-o", str(tmp_path / "folder.svg")), "folder.svg", False)
    (tmp_path / "file").write_text("")
    check(cnnviz("graph", "lenet5", "-o", str(tmp_path / "file" / "a.svg")), "a.svg", False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder.svg"]
