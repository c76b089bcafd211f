"""Code: the lines and the command that give these numbers anywhere, and the network's source."""

from __future__ import annotations

import inspect
from html import escape
from importlib import import_module

import streamlit as st

from cnnviz.content import label
from cnnviz.ui.panel import Scene
from cnnviz.views.quantity import counted
from cnnviz.zoo import Choice, token


def show(scene: Scene) -> None:
    choice = scene.study.choice
    if choice is None:
        return
    desk = scene.desk
    if scene.study.count:
        what = counted(scene.study.count, "name", desk.lang)
        st.html(f'<p class="hint">{escape(label("count.code", desk.lang, what=what))}</p>')
    st.html(f'<p class="hint">{desk.say("code_python")}</p>')
    st.code(python(choice), language="python", wrap_lines=True)
    st.html(f'<p class="hint">{desk.say("code_command")}</p>')
    st.code(command(choice), language="bash", wrap_lines=True)
    module = choice.arch.build.partition(":")[0]
    path = module.replace(".", "/") + ".py"
    st.html(f'<p class="hint">{desk.say("code_source")} <code>{path}</code></p>')
    with st.container(key="source"):
        st.code(source(module), language="python", wrap_lines=True)


def python(choice: Choice) -> str:
    """Three lines that print the same table with the knobs as they are now."""
    arguments = [repr(choice.arch.name), *(f"{k}={v!r}" for k, v in choice.changed.items())]
    return (
        "import cnnviz\n"
        f"report = cnnviz.report({', '.join(arguments)})\n"
        'print(cnnviz.table(report, "md"))'
    )


def command(choice: Choice) -> str:
    """The command line for the same numbers."""
    settings = "".join(f" --set {k}={token(v)}" for k, v in choice.changed.items())
    return f"python -m cnnviz report {choice.arch.name}{settings}"


def source(module: str) -> str:
    """The family's file in the zoo."""
    return inspect.getsource(import_module(module))
