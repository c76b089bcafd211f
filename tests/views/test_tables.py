"""One table in every format: golden texts, and formats that machines read back."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from cnnviz.errors import ReaderError
from cnnviz.picture import Column, Table
from cnnviz.views.tables import FORMATS, text, width

TABLE = Table(
    "tiny",
    "A small table",
    (
        Column("name", "层", "code"),
        Column("output", "Output"),
        Column("params", "Parameters", "int"),
        Column("share", "Share", "float", "%"),
    ),
    (("conv_1", "64 × 112", 9408, 1.5), ("全连接", "a|b & <c>", 1_234_567, None)),
    ("Total", "", 1_243_975, None),
)

GOLDEN = {
    "md": """\
| 层 | Output | Parameters | Share (%) |
|---|---|---:|---:|
| `conv_1` | 64 × 112 | 9,408 | 1.5 |
| `全连接` | a\\|b & <c> | 1,234,567 | – |
| **Total** |  | **1,243,975** |  |
""",
    "csv": """\
name,output,params,share
conv_1,64 × 112,9408,1.5
全连接,a|b & <c>,1234567,
""",
    "latex": r"""% needs \usepackage{booktabs}
\begin{tabular}{llrr}
  \toprule
  层 & Output & Parameters & Share (\%) \\
  \midrule
  conv\_1 & 64 $\times$ 112 & 9,408 & 1.5 \\
  全连接 & a\textbar{}b \& \textless{}c\textgreater{} & 1,234,567 & – \\
  \midrule
  Total &  & 1,243,975 &  \\
  \bottomrule
\end{tabular}
""",
    "text": """\
层      Output     Parameters  Share (%)
------  ---------  ----------  ---------
conv_1  64 × 112        9,408        1.5
全连接  a|b & <c>   1,234,567          –
------  ---------  ----------  ---------
Total               1,243,975
""",
}


@pytest.mark.parametrize("fmt", GOLDEN)
def test_golden(fmt: str) -> None:
    assert text(TABLE, fmt) == GOLDEN[fmt]


def test_csv_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(text(TABLE, "csv"))))
    assert [int(r["params"]) for r in rows] == [9408, 1_234_567]
    assert rows[1]["name"] == "全连接"


def test_json_has_plain_numbers_and_totals() -> None:
    data = json.loads(text(TABLE, "json"))
    assert data["rows"][0] == {"name": "conv_1", "output": "64 × 112", "params": 9408, "share": 1.5}
    assert data["totals"]["params"] == sum(r["params"] for r in data["rows"])
    assert data["columns"][2] == {
        "key": "params",
        "label": "Parameters",
        "kind": "int",
        "unit": "",
    }


def test_html_is_well_formed_and_escaped() -> None:
    root = ElementTree.fromstring(text(TABLE, "html"))
    cells = [[c.text or (c[0].text if len(c) else None) for c in row] for row in root.iter("tr")]
    assert cells[2] == ["全连接", "a|b & <c>", "1,234,567", "–"]
    assert root.find("caption") is not None


def test_terminal_columns_line_up() -> None:
    """Chinese characters take two columns, so equal widths are not equal lengths."""
    lines = text(TABLE, "text").splitlines()
    ends = [width(line[: line.index("9,408") + 5]) for line in lines if "9,408" in line]
    ends += [width(line[: line.index("1,234,567") + 9]) for line in lines if "1,234,567" in line]
    assert len(set(ends)) == 1
    assert width("卷积 a") == 6


def test_unknown_format_names_those_there_are() -> None:
    with pytest.raises(ReaderError, match="md") as caught:
        text(TABLE, "xlsx")
    assert all(fmt in str(caught.value) for fmt in FORMATS)


def test_table_shows_itself_in_a_notebook() -> None:
    assert TABLE._repr_html_() == text(TABLE, "html")


@pytest.mark.parametrize("fmt", ["csv", "md", "latex", "text", "html"])
def test_control_characters_are_shown_not_obeyed(fmt: str) -> None:
    """A module may be called what it likes; its name must not colour a terminal or break a row."""
    name = "\x1b[31mred\nsecond\u2028third"
    shown = text(Table("t", "T", (Column("name", "Name"),), ((name,),)), fmt)
    assert "\x1b" not in shown
    assert "red" in shown
    assert any("red" in line and "third" in line for line in shown.splitlines())


def test_csv_begins_no_formula() -> None:
    cells = ("=1+1", "+a", "-a", "@a", "a=1", -3)
    columns = tuple(Column(f"c{i}", "C") for i in range(6))
    line = text(Table("t", "T", columns, (cells,)), "csv").splitlines()[1]
    assert line == "'=1+1,'+a,'-a,'@a,a=1,-3"


def test_a_number_that_is_not_known_is_a_dash() -> None:
    table = Table("t", "T", (Column("n", "N", "int"), Column("w", "W")), ((None, None),))
    assert "–" in text(table, "text")
    assert text(table, "csv").splitlines()[1] == ","
