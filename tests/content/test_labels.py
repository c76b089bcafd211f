"""Labels: both languages everywhere, same blanks, none missing that the sources ask for."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnviz import zoo
from cnnviz.content import HERE, LANGS, label, labels
from cnnviz.graph import OPS
from cnnviz.report import ADDITIVE

ROOT = HERE.parent.parent
FOLDERS = (ROOT / "cnnviz", ROOT / "pages")
SOURCES = [*sorted(p for folder in FOLDERS for p in folder.rglob("*.py")), ROOT / "app.py"]
CHINESE = "\u4e00-\u9fff"


def blanks(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def asked(path: Path) -> Iterator[tuple[int, str]]:
    """Every key that a call of `label` names, as a pattern: an f-string's blanks match anything."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = (
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        )
        key = call.args[0]
        if name != "label":
            continue
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield call.lineno, re.escape(key.value)
        elif isinstance(key, ast.JoinedStr):
            yield (
                call.lineno,
                "".join(
                    re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+"
                    for v in key.values
                ),
            )


def test_every_label_is_said_in_both_languages() -> None:
    assert len(labels()) > 150
    for key, texts in labels().items():
        assert set(texts) == set(LANGS), key
        for lang in LANGS:
            empty_on_purpose = key.startswith("quantities.") and key.endswith(".unit")
            assert texts[lang].strip() or empty_on_purpose, (key, lang)


def test_both_languages_have_the_same_blanks() -> None:
    for key, texts in labels().items():
        assert blanks(texts["en"]) == blanks(texts["zh"]), key


def test_no_source_asks_for_a_label_that_is_missing() -> None:
    missing, seen = [], 0
    for path in SOURCES:
        for line, pattern in asked(path) if path.exists() else ():
            seen += 1
            if not any(re.fullmatch(pattern, key) for key in labels()):
                missing.append(f"{path.relative_to(ROOT)}:{line}: {pattern}")
    assert seen > 50
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("lang", LANGS)
def test_every_operation_kind_and_family_has_its_name(lang: str) -> None:
    for op, kind in OPS.items():
        assert label(f"ops.op.{op}", lang)
        assert label(f"ops.kind.{kind}", lang)
    for family in zoo.families():
        for part in ("name", "idea", "authors"):
            assert label(f"families.{family.slug}.{part}", lang)
    for quantity in (*ADDITIVE, "receptive_field", "depth", "smallest_input", "output_size"):
        for part in ("name", "short", "convention"):
            assert label(f"quantities.{quantity}.{part}", lang)


def test_no_operation_is_named_that_does_not_exist() -> None:
    known = {f"ops.op.{op}" for op in OPS} | {f"ops.kind.{kind}" for kind in OPS.values()}
    assert {k for k in labels() if k.startswith("ops.")} == known


@pytest.mark.parametrize("key", list(labels()))
def test_chinese_is_set_as_chinese(key: str) -> None:
    text = labels()[key]["zh"]
    assert not half_width(text), text
    assert not unspaced(text), text


def half_width(text: str) -> list[str]:
    """Half-width punctuation beside a Chinese character."""
    return re.findall(rf"[{CHINESE}] ?[,;:?!()]|[,;:?!()] ?[{CHINESE}]|[{CHINESE}]\.(?!\w)", text)


def unspaced(text: str) -> list[str]:
    """A Latin letter or digit that touches a Chinese character."""
    return re.findall(rf"[{CHINESE}][A-Za-z0-9]|[A-Za-z0-9%][{CHINESE}]", text)


def test_the_checks_of_chinese_can_fail() -> None:
    assert (
        half_width("参数,乘加")
        and half_width("输入(像素)")
        and unspaced("用ReLU")
        and unspaced("5层")
    )
    assert not half_width("参数，乘加（像素）。") and not unspaced("用 ReLU，5 层")
