"""The engine: one call, cached, bounded, shared between threads; the reader's own modules."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from torch import nn

from cnnviz import engine, zoo
from cnnviz.engine import Shared
from cnnviz.errors import ReaderError
from cnnviz.tracing import trace
from tests.archs import every


@pytest.fixture(autouse=True)
def _empty() -> None:
    engine.clear()


def test_the_same_choice_is_the_same_graph_however_written() -> None:
    assert engine.graph("vgg16") is engine.graph("VGG_D", width="1.0")
    assert engine.graph("vgg16") is not engine.graph("vgg16", width=0.5)
    assert engine.report("vgg16_bn") is engine.report("vgg16", batch_norm=True)


def test_report_has_the_smallest_input() -> None:
    report = engine.report("vgg16")
    assert report.totals.params == 138_357_544
    assert report.totals.macs == 15_470_264_320
    assert report.totals.smallest_input == 32


# name, knobs, multiply-accumulates, receptive field and stride of the last map before flattening
KNOWN: list[tuple[str, dict[str, zoo.Value], int, int, int]] = [
    # C1 117,600, C3 150,000, C5 48,000, F6 10,080; field 32 = the whole input (1998, Fig. 2)
    ("lenet5", {}, 325_680, 32, 4),
    ("lenet5", {"variant": "library"}, 416_520, 32, 4),  # C3 dense: 240,000; output 840
    ("lenet1", {}, 91_520, 16, 4),
    ("lenet5_caffe", {}, 2_293_000, 16, 4),  # 288,000 + 1,600,000 + 400,000 + 5,000
    ("alexnet", {}, 724_406_816, 195, 32),  # BVLC's prototxt, layer by layer
    ("alexnet", {"reading": "224_1_2"}, 724_406_816, 195, 32),
    ("alexnet", {"towers": 1}, 1_135_256_096, 195, 32),
    ("alexnet", {"variant": "library"}, 714_188_480, 195, 32),  # torchvision documents 0.71 G
    ("vgg11", {}, 7_609_090_048, 150, 32),  # torchvision documents 7.61, 11.31, 15.47, 19.63 G
    ("vgg13", {}, 11_308_466_176, 156, 32),
    ("vgg16", {}, 15_470_264_320, 212, 32),  # the field as Araujo 2019 has it
    ("vgg19", {}, 19_632_062_464, 268, 32),
    ("vgg16", {"variant": "library"}, 15_470_264_320, 212, 32),
    ("vgg16_cifar", {}, 313_463_808, 212, 32),  # Li 2016, Table 1: 3.13e8
]


@pytest.mark.parametrize(("name", "knobs", "macs", "field", "stride"), KNOWN, ids=str)
def test_known_totals(
    name: str, knobs: dict[str, zoo.Value], macs: int, field: int, stride: int
) -> None:
    totals = engine.report(name, **knobs).totals
    assert totals.macs == macs
    assert totals.receptive_field is not None
    assert totals.receptive_field.size == (field, field)
    assert totals.receptive_field.stride == (stride, stride)


def test_connections_of_the_first_networks() -> None:
    assert engine.report("lenet5").totals.connections == 340_908  # 1998, section II.B
    assert engine.report("lenet1").totals.connections == 98_442  # 1989: "98442 connections"


@pytest.mark.parametrize(
    ("name", "knobs", "smallest"),
    [
        ("vgg16", {}, 32),  # five halvings
        ("vgg16", {"variant": "library"}, 32),
        ("lenet5", {}, 16),
        ("alexnet", {}, 67),
        ("alexnet", {"reading": "224_2_2"}, 63),  # 4 pixels of padding fewer; torchvision's 63
        ("lenet_300_100", {}, 1),
    ],
)
def test_smallest_input_runs_and_one_less_does_not(
    name: str, knobs: dict[str, zoo.Value], smallest: int
) -> None:
    assert engine.smallest_input(zoo.resolve(name, knobs)) == smallest
    engine.graph(name, **{**knobs, "input_size": smallest})
    if smallest > 1:
        with pytest.raises(ReaderError):
            engine.graph(name, **{**knobs, "input_size": smallest - 1})


@pytest.mark.parametrize("name", every())
def test_the_estimate_only_saves_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = zoo.resolve(name)
    found = engine.smallest_input(choice)
    engine.clear()
    monkeypatch.setattr(engine, "_estimate", lambda graph: 5 * len(graph.nodes))
    assert engine.smallest_input(choice) == found


def test_a_known_graph_is_not_traced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real = zoo.construct

    def counted(choice: zoo.Choice, device: str | None = None) -> nn.Module:
        sizes.append(int(choice.knobs["input_size"]))
        return real(choice, device)

    monkeypatch.setattr(zoo, "construct", counted)
    engine.report("vgg16")
    assert sorted(sizes) == [31, 32, 224]
    sizes.clear()
    assert engine.report("vgg16", num_classes=10).totals.smallest_input == 32
    assert sizes == [224]
    sizes.clear()
    with pytest.raises(ReaderError):
        engine.graph("vgg16", input_size=20, width=0.5)
    assert sizes.count(20) == 1


def test_a_model_built_before_is_traced_at_another_shape() -> None:
    choice = zoo.resolve("vgg11")
    model = zoo.construct(choice)
    assert engine.traced(choice, model, ((2, 3, 224, 224),)).nodes[-1].out_shape == (2, 1000)
    with pytest.raises(ReaderError) as caught:
        engine.traced(choice, model, ((1, 3, 224, 10),))
    assert caught.value.values["smallest"] == 32
    assert engine.traced(choice).title == "VGG-11 (A)"


def test_too_small_names_the_layer_and_the_smallest_that_works() -> None:
    with pytest.raises(ReaderError) as caught:
        engine.report("vgg16", input_size=20)
    assert caught.value.values["layer"] == "pool5"
    assert caught.value.values["smallest"] == 32
    assert "32×32" in str(caught.value)


def test_cache_is_bounded_and_drops_the_oldest() -> None:
    cache: Shared[int] = Shared(2)
    made: list[int] = []

    def make(i: int) -> int:
        made.append(i)
        return i

    for i in (1, 2, 1, 3, 1, 2):  # 3 drops 2, for 1 was asked for since
        assert cache.get(i, lambda i=i: make(i)) == i
        assert len(cache) <= 2
    assert made == [1, 2, 3, 2]


def test_an_error_reaches_everyone_and_is_not_kept() -> None:
    cache: Shared[int] = Shared(2)
    entered, go = threading.Event(), threading.Event()

    def fail() -> int:
        entered.set()
        go.wait()
        raise ReaderError("unknown_arch", name="x", close=())

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(cache.get, "k", fail)
        entered.wait()
        others = [pool.submit(cache.get, "k", fail) for _ in range(2)]
        go.set()
        for future in (first, *others):
            assert isinstance(future.exception(), ReaderError)
    assert cache.get("k", lambda: 7) == 7


def test_two_who_ask_for_the_same_wait_for_one_answer() -> None:
    cache: Shared[object] = Shared(8)
    entered, go, calls = threading.Event(), threading.Event(), []

    def make() -> object:
        calls.append(1)
        entered.set()
        go.wait()
        return object()

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(cache.get, "k", make)
        entered.wait()
        others = [pool.submit(cache.get, "k", make) for _ in range(3)]
        assert cache.get("another", lambda: 1) == 1  # others are not held up
        go.set()
        assert {id(f.result()) for f in (first, *others)} == {id(first.result())}
    assert calls == [1]


def test_eight_threads_get_what_one_gets() -> None:
    asked = [(name, {"width": 0.5}) for name in zoo.list_archs()] * 2
    alone = [trace(zoo.build(n, **k), zoo.resolve(n, k).input_shapes[0], name=n) for n, k in asked]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda a: engine.graph(a[0], **a[1]), asked))
    for a, b in zip(alone, together, strict=True):
        a_dict, b_dict = a.to_dict(), b.to_dict()
        assert (a_dict.pop("title"), b_dict.pop("title")) == (a.name, zoo.find(a.name).title)
        for d in (a_dict, b_dict):
            for weight in [*d["weights"], *(w for n in d["nodes"] for w in n["weights"])]:
                weight.pop("identity")
        assert a_dict == b_dict


OWN = """
from torch import nn
import torch

class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
    def forward(self, x):
        return torch.relu(self.conv(x))

net = Net()
def raises(): raise OSError("no such weights")
def gives_text(): return "network"
number = 3
"""


@pytest.fixture
def own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "own_net_of_mine.py").write_text(OWN, "utf-8")
    (tmp_path / "own_broken.py").write_text("import nothing_like_it", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("own_net_of_mine", "own_broken"):
        sys.modules.pop(name, None)
    return "own_net_of_mine"


def test_own_modules(own_module: str) -> None:
    graph = engine.own(f"{own_module}:Net", (1, 3, 8, 8))
    assert [n.op for n in graph.nodes] == ["input", "conv2d", "relu"]
    assert engine.own(f"{own_module}:net", (2, 3, 8, 8)).nodes[-1].out_shape == (2, 8, 6, 6)
    wide = engine.own(f"{own_module}:Net", (1, 3, 8, 8), settings={"width": 16})
    assert wide.nodes[-1].out_shape == (1, 16, 6, 6)
    with pytest.raises(ReaderError) as caught:  # built already: nothing can be set any more
        engine.own(f"{own_module}:net", (2, 3, 8, 8), settings={"width": 16})
    assert caught.value.key == "built_already"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("no_such_package_at_all:Net", "bad_module"),
        ("own_broken:Net", "bad_module"),
        ("own_net_of_mine:Nut", "bad_callable"),
        ("own_net_of_mine:", "bad_callable"),
        (":Net", "bad_module"),
        ("own_net_of_mine:raises", "build_failed"),
        ("own_net_of_mine:gives_text", "not_a_network"),
        ("own_net_of_mine:number", "not_a_network"),
        ("own_net_of_mine:Net", "forward_raised"),
    ],
)
@pytest.mark.usefixtures("own_module")
def test_what_goes_wrong_with_own_modules_is_one_sentence(path: str, key: str) -> None:
    with pytest.raises(ReaderError) as caught:
        engine.own(path, (1, 4, 8, 8))
    assert caught.value.key == key
    assert "\n" not in str(caught.value)
