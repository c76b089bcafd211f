"""Memory of a batch in a precision: what it consists of, over the execution, tensor by tensor."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

import streamlit as st

from cnnviz import engine
from cnnviz.analysis.budget import Budget, budget
from cnnviz.analysis.memory import OPTIMISERS, memory
from cnnviz.content import label, sentences
from cnnviz.errors import ReaderError
from cnnviz.graph import Graph
from cnnviz.picture import Picture
from cnnviz.report import Report
from cnnviz.ui import exports
from cnnviz.ui.compared import signed
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import Desk, clip, one_of
from cnnviz.ui.study import Study
from cnnviz.views.memory import MODES as MEMORY
from cnnviz.views.memory import memory as timeline
from cnnviz.views.memory_parts import held, parts

BATCHES = tuple(str(2**i) for i in range(10))  # offered; any other up to the last can be typed
DTYPES = ("float32", "float16", "bfloat16")

Setting = tuple[int, str, str]  # batch, precision, optimiser
__all__ = ["MEMORY", "show"]


def show(scene: Scene, mode: str) -> None:
    """`?batch=`, `?dtype=` and, in training, `?optimizer=`; three pictures.

    A network from elsewhere is as it was traced: it cannot be built again.
    """
    desk, study = scene.desk, scene.study
    batch = int(desk.read("batch", _batch, BATCHES[0])) if study.choice else _traced(study.graph)
    dtype = desk.read("dtype", one_of("dtype", DTYPES), DTYPES[0])
    optimizers = tuple(OPTIMISERS)
    optimizer = desk.read("optimizer", one_of("optimizer", optimizers), optimizers[0])
    with st.container(key="memory_knobs", horizontal=True):
        if study.choice:
            typed = tuple(sorted({*BATCHES, str(batch)}, key=int))
            _list(desk, "batch", typed, str(batch), new=True)
            _list(desk, "dtype", DTYPES, dtype)
        if mode == "training":
            _list(desk, "optimizer", optimizers, optimizer)
    setting = batch, dtype if study.choice else "", optimizer
    width = scene.width()
    first, over, tensors = kept(
        lambda: _drawn(study, mode, setting, desk.lang, width),
        "memory", study.key, mode, setting, desk.lang, width,
    )  # fmt: skip
    for key, picture in (("memory_parts", first), ("cost", over), ("memory_held", tensors)):
        note = "" if picture is first else first.caption
        save = exports.menu(scene, key, picture, legend=key == "memory_held", note=note)
        svgview(key, picture, desk.lang, width=width, save=save, on_event=scene.on_event(key))
    st.html(f'<p class="hint">{escape(_small_print(setting, over, desk.lang))}</p>')


def _batch(raw: str) -> str:
    most = int(BATCHES[-1])
    if raw.isascii() and raw.isdigit() and 1 <= int(raw[:6]) <= most:
        return str(int(raw))
    raise ReaderError("bad_batch", value=clip(raw), most=most)


def _traced(graph: Graph) -> int:
    shape = graph.by_id[graph.inputs[0]].out_shape if graph.inputs else ()
    return shape[0] if len(shape) > 1 else 1


def _list(desk: Desk, name: str, tokens: tuple[str, ...], now: str, *, new: bool = False) -> None:
    """A list of one choice; with `new` another token can be typed."""

    def shown(token: str) -> str:
        return label(f"cost.optimizer_{token}", desk.lang) if name == "optimizer" else token

    st.selectbox(
        label(f"cost.{name}", desk.lang),
        tokens,
        key=desk.mirror(name, now),
        format_func=shown if name == "optimizer" else str,
        on_change=desk.push,
        args=(name, {"batch": BATCHES[0], "dtype": DTYPES[0]}.get(name, tokens[0])),
        accept_new_options=new,
    )


def _drawn(
    study: Study, mode: str, setting: Setting, lang: str, width: int
) -> tuple[Picture, Picture, Picture]:
    graph, report = _at(study, setting)
    found = budget(graph, mode == "training", setting[2])
    said = _words(study, mode, setting, lang)
    first = parts(found, report, said, lang, width, _against(study, mode, setting, found, lang))
    over = timeline(report, mode, lang, None, width, setting[2], found.node)
    return first, over, held(found, report, lang, width)


def _against(study: Study, mode: str, setting: Setting, found: Budget, lang: str) -> str:
    """How much more or less than the pinned network needs, in a sentence."""
    if study.pinned is None:
        return ""
    then = budget(_at(study.pinned, setting)[0], mode == "training", setting[2]).total
    if then == found.total:
        return label("cost.equal", lang, name=study.pinned.title)
    words = f"{signed(found.total - then, 4)}B"
    return label("cost.against", lang, difference=words, name=study.pinned.title)


def _at(study: Study, setting: Setting) -> tuple[Graph, Report]:
    """The graph of the batch in its precision, and the report with its memory."""
    batch, dtype, optimizer = setting
    graph = study.graph
    if study.choice and (batch, dtype) != (1, DTYPES[0]):
        graph = engine.batch_of(study.choice, batch, dtype)
    inputs = tuple(graph.by_id[i].out_shape for i in graph.inputs)
    totals = replace(study.own_report.totals, memory=memory(graph, optimizer))
    return graph, replace(study.own_report, inputs=inputs, totals=totals)


def _words(study: Study, mode: str, setting: Setting, lang: str) -> str:
    batch, dtype, optimizer = setting
    return label(
        "cost.setting_training" if mode == "training" else "cost.setting",
        lang,
        batch=batch,
        dtype=dtype or study.graph.nodes[0].outputs[0].dtype,
        optimizer=label(f"cost.optimizer_{optimizer}", lang),
    )


def _small_print(setting: Setting, over: Picture, lang: str) -> str:
    said = [over.caption, label("cost.workspaces", lang)]
    if setting[1] not in ("", DTYPES[0]):
        said.append(label("cost.all_in", lang, dtype=setting[1]))
    # an amount and its unit stay on one line
    return re.sub(r"(?<=\d) (?=[kMGT]?B\b)", "\u00a0", sentences(said, lang))
