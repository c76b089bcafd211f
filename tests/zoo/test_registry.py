"""The registry against the code: what it promises, the builders take."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

import cnnviz
from cnnviz import zoo
from cnnviz.content import LANGS, knob_label, labels
from cnnviz.errors import ReaderError
from cnnviz.prose.grammar import CHOOSERS, VIEW_OPTIONS
from cnnviz.zoo import Arch, Choice, Knob, Value
from cnnviz.zoo.knobs import parse
from cnnviz.zoo.registry import RESERVED

ARCHS = tuple(zoo.find(name) for name in zoo.list_archs())
EVERY_KNOB = [(a, k) for a in ARCHS for k in a.knobs]


def parameters(build: str) -> dict[str, inspect.Parameter]:
    module, _, function = build.partition(":")
    return dict(inspect.signature(getattr(import_module(module), function)).parameters)


@pytest.mark.parametrize("arch", ARCHS, ids=lambda a: a.name)
def test_knobs_are_the_builders_parameters(arch: Arch) -> None:
    """What a builder takes besides, for other networks, has a default."""
    knobs = {k.name for k in arch.knobs if not k.bundle}
    taken = parameters(arch.build)
    assert knobs | set(arch.preset) <= set(taken)
    needed = {name for name, p in taken.items() if p.default is p.empty}
    assert needed <= knobs | set(arch.preset)
    assert not knobs & set(arch.preset)


@pytest.mark.parametrize("build", sorted({a.build for a in ARCHS}))
def test_builders_have_the_registrys_defaults(build: str) -> None:
    """Where all networks of a builder agree on one, and the builder has one."""
    defaults: dict[str, set[zoo.Value]] = {}
    for arch in ARCHS:
        for knob in arch.knobs if arch.build == build else ():
            defaults.setdefault(knob.name, set()).add(knob.default)
    for name, p in parameters(build).items():
        if p.default is not p.empty and len(defaults.get(name, ())) == 1:
            assert {p.default} == defaults[name]


@pytest.mark.parametrize(("arch", "knob"), EVERY_KNOB, ids=lambda v: v.name)
def test_every_knob_has_a_default_and_labels(arch: Arch, knob: zoo.Knob) -> None:
    assert parse(knob, knob.default) == knob.default
    assert all(parse(knob, v) == v for v in knob.offered)
    for lang in LANGS:
        assert knob_label(arch.family, knob.name, lang)
        for choice in knob.choices:
            name = f"{knob.name}_{zoo.token(choice)}"
            assert knob_label(arch.family, name, lang), (arch.name, choice)
    for choice, others in knob.implies.items():
        assert choice in knob.choices
        for name, value in others.items():
            other = next(k for k in arch.knobs if k.name == name)
            assert parse(other, value) == value


def test_a_family_s_own_word_goes_first() -> None:
    assert knob_label("alexnet", "towers_2", "en") == "two"
    assert knob_label("resnet", "towers_2", "en") is None  # nobody gets another family's words
    assert knob_label("resnet", "pooling_max", "en") == knob_label("lenet", "pooling_max", "en")
    assert knob_label("vgg", "nosuch", "zh") is None


def test_every_word_of_a_knob_is_used() -> None:
    used = set()
    for arch, knob in EVERY_KNOB:
        for name in (knob.name, *(f"{knob.name}_{zoo.token(c)}" for c in knob.choices)):
            used |= {f"knobs.{name}", f"knobs.{arch.family}_{name}"}
    own = {k for k in labels() if k.startswith("knobs.") and not k.startswith("knobs.row.")}
    unused = own - used
    assert unused <= {"knobs.variant_release"}  # of families to come


@pytest.mark.parametrize("name", ["scale", "arch", "device", "node", "open", "name"])
def test_words_that_are_taken_name_no_knob(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Knob(name, 1, choices=(1, 2))


def test_reserved_words_are_those_that_the_app_and_the_lessons_use() -> None:
    """What addresses carry besides knobs, what placeholders take, what `build` has for itself."""
    root = Path(cnnviz.__file__).parent
    sources = [p.read_text("utf-8") for p in (root / "ui").rglob("*.py")]
    in_addresses = {w for s in sources for w in re.findall(r'\.read\(\s*"(\w+)"', s)}
    assert {"view", "sel", "tool"} <= in_addresses
    assert in_addresses <= RESERVED
    options = {word for words in VIEW_OPTIONS.values() for word in words}
    assert options | {*CHOOSERS} <= RESERVED
    own = inspect.signature(zoo.build).parameters.values()
    assert {p.name for p in own if p.kind is not p.VAR_KEYWORD} <= RESERVED


def test_a_knob_has_choices_or_a_range() -> None:
    with pytest.raises(ValueError, match="neither choices nor a range"):
        Knob("depth", 3, low=1)


def divided(*, width: float, towers: int, **_: object) -> None:
    """A builder that raises as a grouped convolution does."""
    if int(96 * width) % towers:
        raise ValueError("out_channels must be divisible by groups")


@pytest.mark.parametrize("device", [None, "cpu"])
def test_knobs_that_do_not_go_together_are_named(device: str | None) -> None:
    own = zoo.find("alexnet_v2")
    knobs = (*own.knobs, Knob("towers", 2, choices=(1, 2, 5)))
    arch = replace(own, build=f"{__name__}:divided", knobs=knobs)
    usual = {k.name: k.default for k in arch.knobs}
    with pytest.raises(ReaderError) as caught:
        zoo.construct(Choice(arch, {**usual, "width": 0.125, "towers": 5}), device)
    assert caught.value.key == "knobs_conflict"
    assert "width=0.125, towers=5" in str(caught.value)
    assert "divisible by groups" in str(caught.value)
    assert "Reset" in str(caught.value)
    broken = replace(arch, knobs=(*arch.knobs[:-1], Knob("towers", 5, choices=(1, 2, 5))))
    with pytest.raises(ValueError, match="divisible"):  # its defaults must work: our own mistake
        zoo.construct(Choice(broken, {**usual, "towers": 5}), device)


def test_two_images_go_into_a_siamese_network() -> None:
    arch = replace(zoo.find("lenet5"), inputs=2)
    choice = Choice(arch, zoo.resolve("lenet5").knobs)
    assert choice.input_shapes == ((1, 1, 32, 32), (1, 1, 32, 32))


@pytest.mark.parametrize("value", [True, False, 224, 0.5, 1.0, 0.1234567, "paper"])
def test_what_is_written_is_read_back(value: Value) -> None:
    choices = (value,) if isinstance(value, bool | str) else ()
    text = zoo.token(value)
    assert parse(Knob("k", value, choices=choices, low=0, high=1000), text) == value
    assert text == text.lower()


def test_every_arch_belongs_to_the_family_that_lists_it() -> None:
    for family in zoo.families():
        assert all(a.family == family.slug for a in family.archs)
        assert family.default in zoo.list_archs(family.slug)
    assert len(set(zoo.list_archs())) == len(zoo.list_archs())


@pytest.mark.parametrize(
    ("name", "arch"),
    [
        ("vgg16", "vgg16"),
        ("vgg_16", "vgg16"),
        ("vgg_d", "vgg16"),
        ("VGG_D", "vgg16"),
        ("vgg_a-lrn", "vgg11_lrn"),
        ("vgg16_bn", "vgg16"),
        ("lenet", "lenet5"),
    ],
)
def test_aliases(name: str, arch: str) -> None:
    assert zoo.find(name).name == arch


def test_a_preset_name_sets_its_knob_and_yields_to_the_reader() -> None:
    assert zoo.resolve("vgg16_bn").knobs["batch_norm"] is True
    assert zoo.resolve("vgg16_bn", {"batch_norm": "false"}).knobs["batch_norm"] is False
    assert zoo.resolve("vgg16").knobs["batch_norm"] is False


def test_a_choice_moves_the_defaults_of_others_but_never_what_was_given() -> None:
    library = zoo.resolve("alexnet", {"variant": "library"}).knobs
    assert library["towers"] == 1
    assert library["reading"] == "224_2_2"
    assert library["input_size"] == 224
    assert zoo.resolve("alexnet", {"variant": "library", "lrn": True}).knobs["lrn"] is True
    given = zoo.resolve("alexnet", {"reading": "224_1_2", "input_size": "99"}).knobs
    assert given["input_size"] == 99


def test_equal_choices_have_equal_keys_however_written() -> None:
    written = zoo.resolve("VGG_16", {"width": "0.50", "batch_norm": "TRUE", "input_size": "64"})
    assert written.key == zoo.resolve("vgg16_bn", {"width": 0.5, "input_size": 64.0}).key
    assert written.changed == {"width": 0.5, "batch_norm": True, "input_size": 64}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("vgg16", {}),
        ("alexnet", {"variant": "library"}),
        ("alexnet", {"variant": "library", "towers": 2}),  # the default, but not here
        ("alexnet", {"reading": "224_1_2", "input_size": 227}),
        ("lenet5", {"variant": "library", "connections": "table", "width": 2.0}),
    ],
)
def test_what_is_changed_makes_the_choice_again(name: str, given: dict[str, Value]) -> None:
    choice = zoo.resolve(name, given)
    assert choice.changed == given
    assert zoo.resolve(name, choice.changed) == choice


@pytest.mark.parametrize(
    ("knob", "value", "key"),
    [
        ("input_size", "huge", "knob_whole"),
        ("input_size", "nan", "knob_whole"),
        ("input_size", "inf", "knob_whole"),
        ("input_size", "1e400", "knob_whole"),
        ("input_size", "9" * 10_000, "knob_whole"),
        ("input_size", "64.5", "knob_whole"),
        ("input_size", "", "knob_whole"),
        ("input_size", "0", "knob_range"),
        ("input_size", 10**400, "knob_whole"),
        ("input_size", True, "knob_whole"),
        ("input_size", None, "knob_whole"),
        ("input_size", [224], "knob_whole"),
        ("width", "wide", "knob_number"),
        ("width", "nan", "knob_number"),
        ("width", "-inf", "knob_number"),
        ("input_size", "1e9", "knob_range"),
        ("width", "5", "knob_range"),
        ("num_classes", "22001", "knob_range"),
        ("batch_norm", "maybe", "knob_choice"),
        ("head", "", "knob_choice"),
        ("depth", "3", "unknown_knob"),
    ],
)
def test_a_value_that_cannot_work_is_refused_with_what_would(
    knob: str, value: object, key: str
) -> None:
    with pytest.raises(ReaderError) as caught:
        zoo.resolve("vgg16", {knob: value})
    assert caught.value.key == key
    assert knob in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(("text", "value"), [("1", True), ("on", True), ("False", False)])
def test_switches_in_words(text: str, value: Value) -> None:
    assert zoo.resolve("vgg16", {"batch_norm": text}).knobs["batch_norm"] is value


def test_an_unknown_name_is_answered_with_close_ones() -> None:
    with pytest.raises(ReaderError) as caught:
        zoo.find("vgg61")
    assert caught.value.key == "unknown_arch"
    assert "vgg16" in caught.value.values["close"]
    with pytest.raises(ReaderError) as caught:
        zoo.find("")
    assert caught.value.values["close"] == zoo.list_archs()


def test_import_loads_no_torch() -> None:
    code = (
        "import sys, cnnviz.zoo as z; z.resolve('vgg16', {'width': '2'}); z.families();"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
