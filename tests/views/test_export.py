"""A drawing as a file: colours resolved, sizes as promised, Chinese that can be searched."""

from __future__ import annotations

import re
import struct
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

import cnnviz
from cnnviz import engine
from cnnviz.errors import ReaderError
from cnnviz.picture import Picture
from cnnviz.views import export as module
from cnnviz.views.export import FORMATS, cjk_family, export
from cnnviz.views.structure import structure
from tests.views.pdftext import pdf_text

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60" width="300" height="60"'
    ' class="cv"><g class="k-convolution"><rect class="shape" width="90" height="60"/></g>'
    '<text x="110" y="20">卷积 conv2d</text><text x="110" y="44">感受野 ≤ 427 × 427</text></svg>'
)
PICTURE = Picture("tiny", SVG, 300, 60, 'A "box" & two words', "图一：卷积 <1>")


def png_size(data: bytes) -> tuple[int, int]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_pdf_text_can_be_searched_in_chinese() -> None:
    text = pdf_text(export(PICTURE, "pdf"))
    assert "卷积 conv2d" in text
    assert "感受野 ≤ 427 × 427" in text


def test_pdf_is_one_page_as_large_as_the_picture() -> None:
    data = export(PICTURE, "pdf")
    assert re.findall(rb"/MediaBox\s*\[([^\]]+)\]", data) == [b"0 0 300 60"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_png_has_two_pixels_a_unit(theme: module.Theme) -> None:
    assert png_size(export(PICTURE, "png", theme)) == (600, 120)


def test_svg_stands_alone() -> None:
    svg = export(PICTURE, "svg", "dark").decode()
    root = ElementTree.fromstring(svg)
    space = {"s": "http://www.w3.org/2000/svg"}
    assert "var(" not in svg and "light-dark(" not in svg
    assert "#5a9be0" in svg  # a convolution in dark
    assert root.findtext("s:title", namespaces=space) == "图一：卷积 <1>"
    assert root.findtext("s:desc", namespaces=space) == 'A "box" & two words'


def test_themes_differ() -> None:
    assert export(PICTURE, "svg", "light") != export(PICTURE, "svg", "dark")


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_network_in_chinese(fmt: str) -> None:
    graph = engine.graph("vgg16")
    picture = structure(graph, engine.report("vgg16"), lang="zh")
    data = export(picture, fmt)
    if fmt == "png":
        assert png_size(data) == (round(2 * picture.width), round(2 * picture.height))
    elif fmt == "pdf":
        assert "最大" in pdf_text(data)  # max pooling's word in the drawing
    else:
        ElementTree.fromstring(data)


def test_draw_is_public() -> None:
    graph = engine.graph("lenet5")
    assert cnnviz.draw(graph, "png").startswith(b"\x89PNG")
    assert cnnviz.draw(graph, "dot").startswith(b"digraph")
    assert graph._repr_html_().startswith("<svg")
    assert PICTURE._repr_html_() == export(PICTURE, "svg").decode()


def test_unknown_format_is_named_before_anything_is_drawn() -> None:
    with pytest.raises(ReaderError, match="gif"):
        export(PICTURE, "gif")
    with pytest.raises(ReaderError, match="dot"):
        cnnviz.draw(engine.graph("lenet5"), "gif")


def test_without_a_chinese_font_the_sentence_says_what_to_install() -> None:
    with pytest.raises(ReaderError, match="Noto Sans CJK") as caught:
        cjk_family(frozenset({"DejaVu Sans", "Arial"}))
    assert caught.value.key == "no_cjk_font"
    assert cjk_family(frozenset({"SimSun", "Microsoft YaHei", "Arial"})) == "Microsoft YaHei"
    assert cjk_family(frozenset({"LXGW WenKai", "Some CJK Face"})) == "Some CJK Face"


def test_latin_pictures_need_no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: object) -> str:
        raise ReaderError("no_cjk_font")

    monkeypatch.setattr(module, "cjk_family", none)
    latin = Picture("latin", re.sub(r"[\u4e00-\u9fff]", "x", SVG), 300, 60, "alt", "caption")
    assert export(latin, "pdf").startswith(b"%PDF")
    with pytest.raises(ReaderError):
        export(PICTURE, "pdf")
    assert export(PICTURE, "svg")  # the reader's own program chooses the font


def test_broken_drawing_is_one_sentence() -> None:
    broken = Picture("broken", '<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', 9, 9, "", "")
    with pytest.raises(ReaderError) as caught:
        export(broken, "pdf")
    assert caught.value.key == "drawing_failed"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_picture_gives_the_same_file(fmt: str) -> None:
    assert export(PICTURE, fmt) == export(PICTURE, fmt)
    assert b"CreationDate" not in export(PICTURE, fmt)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    export(PICTURE, "png")
    assert list(tmp_path.iterdir()) == []
