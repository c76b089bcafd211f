"""Under a drawing that leaves the page: legend, caption, link; and names that no file can hold."""

from __future__ import annotations

import re
import struct
from xml.etree import ElementTree

import pytest
import torch

import cnnviz
from cnnviz import engine
from cnnviz.content import LANGS, label
from cnnviz.errors import ReaderError
from cnnviz.picture import Picture
from cnnviz.views.export import FORMATS, MARGIN, MOST_PIXELS, SCALES, export, size
from cnnviz.views.foot import LINE, foot
from cnnviz.views.structure import structure
from tests.views.pdftext import pdf_text

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60" class="cv"><text>x</text></svg>'
PICTURE = Picture("tiny", SVG, 300, 60, "alt", "caption")
LINK = "http://localhost:8501/vgg?arch=vgg19&sel=conv3_1&lang=zh"
CAPTION = {
    "en": "VGG-19: 24 layers in 14 boxes. Counted by one convention & said so, <here>.",
    "zh": "VGG-19：24 层，画成 14 个框。计数采用同一约定；“引号”也在内。",
}
KINDS = ("convolution", "pooling")
SPACE = {"s": "http://www.w3.org/2000/svg"}
EVIL = ("\x1b[31mred", "]]></style><script>alert(1)</script>", "\"'`&amp;", "\ufffe\ud800")


def full(fmt: str, lang: str = "zh", scale: int = 2) -> bytes:
    words = CAPTION[lang]
    return export(PICTURE, fmt, caption=words, link=LINK, kinds=KINDS, lang=lang, scale=scale)


def whole(lang: str = "zh") -> tuple[float, float]:
    return size(PICTURE, foot(CAPTION[lang], LINK, 300, "light", kinds=KINDS))


@pytest.mark.parametrize("lang", LANGS)
def test_svg_holds_caption_legend_and_a_link(lang: str) -> None:
    root = ElementTree.fromstring(full("svg", lang))
    said = "".join(root.itertext())
    assert root.findtext("s:title", namespaces=SPACE) == CAPTION[lang]
    lines = [t.text or "" for t in root.iterfind(".//s:g/s:text", SPACE)]
    assert CAPTION[lang].replace(" ", "") in "".join(lines).replace(" ", "")
    assert label("ops.kind.pooling", lang) in said
    link = root.find(".//s:a", SPACE)
    assert link is not None and link.get("href") == LINK
    assert "".join(link.itertext()) == LINK
    assert (float(root.get("width", 0)), float(root.get("height", 0))) == whole(lang)


@pytest.mark.parametrize("scale", SCALES)
def test_png_is_as_large_as_drawing_and_foot(scale: int) -> None:
    data = full("png", scale=scale)
    width, height = whole()
    assert width == 300 + 2 * MARGIN and height > 60 + 2 * MARGIN
    assert struct.unpack(">II", data[16:24]) == (round(width * scale), round(height * scale))


def test_pdf_has_words_and_a_link_that_can_be_clicked() -> None:
    data = full("pdf")
    said = pdf_text(data)
    assert "画成 14 个框" in said and "卷积" in said and "localhost:8501" in said
    assert LINK.encode() in data
    assert len(re.findall(rb"/Subtype\s*/Link", data)) >= 1


def test_chinese_with_latin_in_one_line_can_be_searched() -> None:
    svg = SVG.replace("<text>x", "<text x='9'>3×3 卷积 &lt;，&gt;</text><text>3×3")
    data = export(Picture("faces", svg, 300, 60, "", ""), "pdf")
    assert pdf_text(data) == "3×3 卷积 <，>3×3"


def test_the_caption_wraps_to_the_width() -> None:
    wide, narrow = (foot(CAPTION["en"], LINK, w, "light") for w in (900, 200))
    assert narrow.height > wide.height
    assert len(wide.places) == 1 and len(narrow.places) > 1
    assert all(x + w <= 200 for x, _, w, _ in narrow.places)
    assert narrow.places[1][1] - narrow.places[0][1] == LINE


def test_without_caption_there_is_no_foot() -> None:
    assert foot("", "", 300, "light").height == 0
    assert 'viewBox="0 0 300 60"' in export(PICTURE, "svg").decode()


def test_a_png_too_large_is_refused_before_it_is_made() -> None:
    high = Picture("high", SVG, 1000, MOST_PIXELS / 3000, "", "")
    with pytest.raises(ReaderError) as caught:
        export(high, "png", scale=3)
    assert caught.value.key == "png_too_large"
    assert export(high, "svg")


class Evil(torch.nn.Module):
    """Modules whose names hold what no file may."""

    def __init__(self) -> None:
        super().__init__()
        for i, name in enumerate(EVIL):
            self.add_module(name.replace(".", ""), torch.nn.Conv2d(3, 3, 3, padding=i % 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for child in self.children():
            x = child(x)
        return x


@pytest.mark.parametrize("fmt", FORMATS)
def test_names_that_no_file_can_hold(fmt: str) -> None:
    graph = cnnviz.trace(Evil(), (1, 3, 16, 16))
    picture = structure(graph, cnnviz.analyze(graph))
    data = export(picture, fmt, caption="".join(EVIL[:3]) + "\x00", link=LINK)
    if fmt == "svg":
        root = ElementTree.fromstring(data)
        assert not root.findall(".//s:script", SPACE)
        assert "\\x1b[31mred" in "".join(root.itertext())  # shown, not obeyed
    else:
        assert data.startswith((b"\x89PNG", b"%PDF"))


@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_has_its_place_in_the_legend(lang: str) -> None:
    graph = engine.graph("alexnet")
    picture = structure(graph, engine.report("alexnet"), lang=lang, width=360)
    made = export(picture, "svg", kinds=("convolution", "linear", "other"), lang=lang, caption="x")
    assert label("ops.kind.other", lang) in made.decode()
