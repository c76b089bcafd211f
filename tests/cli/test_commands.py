"""What each command says when all is well."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

import cnnviz as public
from cnnviz import engine, ledger, zoo
from cnnviz.cli import FORMATS
from cnnviz.crosscheck import PRESETS
from tests.cli.conftest import Said

Cnnviz = Callable[..., Said]
COMMANDS = ("list", "report", "graph", "compare", "ledger", "crosscheck", "capture")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_list_names_every_network(cnnviz: Cnnviz) -> None:
    said = cnnviz("list", "--csv")
    assert (said.status, said.err) == (0, "")
    assert [r["name"] for r in rows(said.out)] == list(zoo.list_archs())
    vgg = rows(cnnviz("list", "--family", "vgg", "--csv").out)
    assert [r["name"] for r in vgg] == list(zoo.list_archs("vgg"))
    assert all("input_size" in r["knobs"] for r in vgg)


def test_report_json_is_the_report(cnnviz: Cnnviz) -> None:
    said = cnnviz("report", "alexnet", "--set", "towers=1", "--json")
    assert json.loads(said.out) == json.loads(
        json.dumps(engine.report("alexnet", towers=1).to_dict())
    )


def test_report_in_words(cnnviz: Cnnviz) -> None:
    english, chinese = (cnnviz("report", "lenet5", "--lang", lang).out for lang in ("en", "zh"))
    assert "340,908" in english and "60,000" in english and "Connections" in english
    assert "340,908" in chinese and "参数量" in chinese and "合计" in chinese


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_table_in_every_format(cnnviz: Cnnviz, fmt: str) -> None:
    for words in (("list",), ("report", "lenet1"), ("compare", "lenet1", "lenet5")):
        said = cnnviz(*words, f"--{fmt}")
        assert (said.status, said.err) == (0, "")
        assert {
            "json": said.out.lstrip()[0] in "{[",
            "csv": "," in said.out.splitlines()[0],
            "md": said.out.startswith("| "),
            "latex": r"\toprule" in said.out,
        }[fmt]


def test_input_wins_over_input_size(cnnviz: Cnnviz) -> None:
    said = cnnviz("report", "vgg11", "--set", "input_size=64", "--input", "1,3,128,128", "--json")
    data = json.loads(said.out)
    assert data["inputs"] == [[1, 3, 128, 128]]
    assert data["totals"]["macs"] == engine.report("vgg11", input_size=128).totals.macs
    assert data["totals"]["smallest_input"] == 32


def test_batch_and_channels_of_the_input(cnnviz: Cnnviz) -> None:
    data = json.loads(cnnviz("report", "lenet5", "--input", "4x3x32x32", "--json").out)
    one = engine.report("lenet5", in_channels=3).totals
    assert data["inputs"] == [[4, 3, 32, 32]]
    assert data["totals"]["params"] == one.params
    assert data["totals"]["macs"] == 4 * one.macs
    assert data["totals"]["smallest_input"] == one.smallest_input


def test_compare_puts_the_numbers_side_by_side(cnnviz: Cnnviz) -> None:
    found = {r["quantity"]: r for r in rows(cnnviz("compare", "vgg16", "vgg16_bn", "--csv").out)}
    params = found["Parameters"]
    assert (params["first"], params["second"]) == ("138357544", "138365992")
    assert float(params["ratio"]) == pytest.approx(138_365_992 / 138_357_544, rel=1e-3)


@pytest.mark.parametrize("fmt", ["svg", "png", "pdf", "dot"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_graph_writes_each_format(cnnviz: Cnnviz, tmp_path: Path, fmt: str, lang: str) -> None:
    path = tmp_path / f"a drawing.{fmt.upper() if lang == 'zh' else fmt}"
    said = cnnviz("graph", "lenet5", "-o", str(path), "--lang", lang, "--theme", "dark")
    assert (said.status, said.out, said.err) == (0, "", "")
    data = path.read_bytes()
    assert data.startswith({"png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}.get(fmt, b"<svg"))
    assert list(tmp_path.iterdir()) == [path]  # nothing half written beside it


def test_unfolded_graph_has_every_operation(cnnviz: Cnnviz, tmp_path: Path) -> None:
    shown = {}
    for name, words in {"folded": (), "unfolded": ("--unfold",)}.items():
        path = tmp_path / f"{name}.svg"
        assert cnnviz("graph", "vgg16", "-o", str(path), *words).status == 0
        root = ElementTree.parse(path).getroot()
        shown[name] = {e.get("data-node") for e in root.iter() if e.get("data-node")}
    assert shown["folded"] < shown["unfolded"]
    assert {f"conv5_{i}" for i in (1, 2, 3)} <= shown["unfolded"]


def test_ledger_shows_every_printed_figure(cnnviz: Cnnviz) -> None:
    said = cnnviz("ledger", "--paper", "lenet", "--json")
    cells = [c for r in ledger.rows(paper="lenet") for c in r.cells]
    data = json.loads(said.out)
    assert said.status == 0
    assert [c["printed"] for r in data for c in r["cells"]] == [c.printed for c in cells]
    assert len(cnnviz("ledger", "--paper", "lenet", "--csv").out.splitlines()) == len(cells) + 1


def test_fail_on_decides_the_status(cnnviz: Cnnviz) -> None:
    assert cnnviz("ledger", "--fail-on", "unexplained").status == 0
    assert cnnviz("ledger", "--paper", "lenet", "--fail-on", "reproduced").status == 1


def test_crosscheck_says_why(cnnviz: Cnnviz) -> None:
    said = cnnviz("crosscheck", "vgg11")
    assert "adds the biases" in said.out and "7,609,090,048" in said.out
    assert all(f"{p.name} {p.version}" in said.out for p in PRESETS.values())
    data = json.loads(cnnviz("crosscheck", "vgg11", "--json").out)
    assert data["totals"]["FlopCounterMode"] == {"macs": data["macs"], "reasons": {}}
    modules = rows(cnnviz("crosscheck", "vgg11", "--csv").out)
    assert sum(int(r["torchinfo"]) for r in modules) == data["totals"]["torchinfo"]["macs"]


def test_own_network_goes_through(cnnviz: Cnnviz, own: str, tmp_path: Path) -> None:
    words = (f"{own}:Net", "--input", "2,3,16,16", "--set", "classes=5", "--set", "scale=2.0")
    data = json.loads(cnnviz("report", *words, "--set", "on=true", "--json").out)
    assert data["totals"]["params"] == 3 * 8 * 9 + 8 + 8 * 5 + 5
    assert data["inputs"] == [[2, 3, 16, 16]]
    assert cnnviz("crosscheck", *words).status == 0
    assert cnnviz("graph", *words, "-o", str(tmp_path / "own.svg")).status == 0
    assert cnnviz("report", f"{own}:ready", "--input", "1,3,4,4", "--csv").status == 0


def test_what_own_code_prints_goes_to_stderr(cnnviz: Cnnviz, own: str) -> None:
    said = cnnviz("report", f"{own}:Net", "--input", "1,3,8,8", "--json")
    assert json.loads(said.out)["name"] == f"{own}:Net"
    assert "importing" in said.err and "running" in said.err


def test_what_own_code_prints_while_other_tools_run_it_goes_to_stderr(
    cnnviz: Cnnviz, own: str
) -> None:
    said = cnnviz("crosscheck", f"{own}:Net", "--input", "1,3,8,8", "--json")
    assert json.loads(said.out)["macs"] == 3 * 8 * 9 * 64 + 80
    assert "running" in said.err


def test_inputs_of_whole_numbers(cnnviz: Cnnviz, own: str, tmp_path: Path) -> None:
    words = (f"{own}:Words", "--input", "int:1,5")
    data = json.loads(cnnviz("report", *words, "--json").out)
    assert data["totals"]["params"] == 800
    assert data["inputs"] == [[1, 5]]
    assert cnnviz("graph", *words, "-o", str(tmp_path / "words.svg")).status == 0
    assert cnnviz("crosscheck", *words).status == 0


@pytest.mark.parametrize(("lang", "said"), [("en", "Not counted: "), ("zh", "未计入：")])
def test_what_is_not_counted_is_said(cnnviz: Cnnviz, own: str, lang: str, said: str) -> None:
    words = ("report", f"{own}:Opaque", "--input", "4,4", "--lang", lang)
    out = cnnviz(*words).out
    assert f"{said}torch.linalg.matrix_exp" in out
    both = cnnviz("compare", f"{own}:Opaque", f"{own}:Opaque", *words[2:]).out
    assert both.count(f"{said}torch.linalg.matrix_exp") == 1
    (row,) = [line for line in out.splitlines() if line.startswith("linalg")]
    assert row.count("–") == 2
    (cells,) = [r for r in rows(cnnviz(*words, "--csv").out) if r["name"].startswith("linalg")]
    assert (cells["macs"], cells["flops"]) == ("", "")
    assert said not in cnnviz("report", "lenet5", "--lang", lang).out


def test_networks_of_ones_own_have_no_unit_of_lenets(
    cnnviz: Cnnviz, own: str, tmp_path: Path
) -> None:
    (tmp_path / f"lenets_{own}.py").write_text((tmp_path / f"{own}.py").read_text("utf-8"))
    said = cnnviz("report", f"lenets_{own}:Net", "--input", "1,3,8,8", "--csv")
    assert "connections" not in rows(said.out)[0]
    assert "connections" in rows(cnnviz("report", "lenet5", "--csv").out)[0]
    for _ in range(2):
        table = public.table(public.report("lenet5"), "csv")
        assert cnnviz("report", "lenet5", "--csv").out == table


def test_several_inputs(cnnviz: Cnnviz, own: str) -> None:
    words = ("--input", "1,3,8,8", "--input", "1,3,8,8", "--json")
    data = json.loads(cnnviz("report", f"{own}:Two", *words).out)
    assert data["inputs"] == [[1, 3, 8, 8], [1, 3, 8, 8]]
    assert data["totals"]["params"] == 3 * 8 * 9 + 8  # one convolution, used twice


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_is_complete(cnnviz: Cnnviz, lang: str) -> None:
    """Help is built from labels and raises where one is missing."""
    overview = cnnviz("--help", "--lang", lang)
    assert overview.status == 0 and all(c in overview.out for c in COMMANDS)
    for command in COMMANDS:
        said = cnnviz(command, "--help", "--lang", lang)
        assert said.status == 0 and "--lang" in said.out
        assert ("选项" in said.out) == (lang == "zh")


def test_no_words_show_the_help(cnnviz: Cnnviz) -> None:
    assert cnnviz() == cnnviz("--help")


def test_locale_chooses_the_language(cnnviz: Cnnviz, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "参数量" in cnnviz("report", "lenet1").out
    assert "Parameters" in cnnviz("report", "lenet1", "--lang", "en").out
    assert "Parameters" in cnnviz("--lang=en", "compare", "lenet1", "lenet5").out
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert "Parameters" in cnnviz("report", "lenet1").out
