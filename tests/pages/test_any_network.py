"""The panel takes any traced network, not only the zoo's."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.content import LANGS
from cnnviz.ui.panel import VIEWS, ZOO_ONLY
from tests.pages.conftest import html
from tests.pages.test_pages import whole


def _own(lang: str, view: str) -> None:
    """A network with branches, two inputs and a name that holds markup, on a page of its own."""
    import streamlit as st
    import torch
    from torch import nn

    from cnnviz.analysis import analyze
    from cnnviz.tracing import trace
    from cnnviz.ui.family import panel
    from cnnviz.ui.state import Desk
    from cnnviz.ui.study import Study

    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.left = nn.Conv2d(3, 8, 3, padding=1)
            self.right = nn.Conv2d(3, 8, 5, padding=2)
            self.head = nn.Linear(16, 2)

        def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
            joined = torch.cat((self.left(a), self.right(b)), 1)
            return self.head(joined.mean((2, 3)))

    st.query_params["view"] = view
    graph = trace(Two(), (1, 3, 16, 16), (1, 3, 16, 16), name="<b>two</b>")
    panel(Desk("own", lang), Study(graph, analyze(graph), "<b>two</b>"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", [v for v in VIEWS if v not in ZOO_ONLY])
def test_a_network_from_elsewhere(lang: str, view: str) -> None:
    at = AppTest.from_function(_own, args=(lang, view), default_timeout=60).run()
    whole(at)
    assert "<b>two" not in html(at)
    assert at.session_state["own_view"] == view


@pytest.mark.parametrize("view", ZOO_ONLY)
def test_a_view_of_the_zoo_falls_back(view: str) -> None:
    at = AppTest.from_function(_own, args=("en", view), default_timeout=60).run()
    whole(at)
    assert 'class="notice"' in html(at)
    assert at.session_state["own_view"] == "structure"
