"""The view of receptive fields takes whatever is traced: branches, gates, one axis, three, none."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import html
from tests.pages.test_pages import whole


def _fixture(name: str, sel: str, unit: str, lang: str) -> None:
    import streamlit as st

    from cnnviz.analysis import analyze
    from cnnviz.ui.family import panel
    from cnnviz.ui.state import Desk
    from cnnviz.ui.study import Study
    from tests.views.fixtures import fixture

    choices = {"view": "receptive_field", "sel": sel, "unit": unit}
    st.query_params.from_dict({k: v for k, v in choices.items() if v})
    graph = fixture(name)
    panel(Desk("own", lang), Study(graph, analyze(graph), name))


def _odd(kind: str) -> None:
    import streamlit as st
    from torch import nn

    from cnnviz.analysis import analyze
    from cnnviz.tracing import trace
    from cnnviz.ui.family import panel
    from cnnviz.ui.state import Desk
    from cnnviz.ui.study import Study

    made = {
        "sequence": (nn.Sequential(nn.Conv1d(4, 8, 5, 2), nn.Conv1d(8, 8, 3)), (1, 4, 100)),
        "volume": (nn.Sequential(nn.Conv3d(1, 4, 3), nn.MaxPool3d(2)), (1, 1, 12, 20, 16)),
        "flat": (nn.Sequential(nn.Conv2d(3, 4, (3, 7), (1, 2)), nn.ReLU()), (1, 3, 20, 300)),
        "vector": (nn.Sequential(nn.Linear(8, 4), nn.ReLU()), (1, 8)),
        "tall": (nn.Sequential(nn.Conv2d(1, 4, (3, 1), dilation=2)), (1, 1, 300, 2)),
        "large": (nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()), (1, 3, 1024, 1024)),
        "up": (
            nn.Sequential(nn.Conv2d(2, 4, 3, 2), nn.ConvTranspose2d(4, 2, 2, 2)),
            (1, 2, 33, 33),
        ),
    }
    model, shape = made[kind]
    st.query_params["view"] = "receptive_field"
    graph = trace(model, shape, name=kind)
    st.query_params["sel"] = graph.nodes[-1].id
    panel(Desk("own", "zh"), Study(graph, analyze(graph), kind))


@pytest.mark.parametrize(
    ("name", "sel", "unit"),
    [
        ("googlenet", "inception4a.cat", "0,13"),
        ("resnet50", "", ""),
        ("seresnet50", "layer3.1.add", "3,3"),
        ("seresnet50", "layer4.2.se.fc1", ""),
        ("siamese", "trunk.9_1", "5,5"),
        ("siamese", "sub", ""),
        ("densenet121", "", "6,0"),
        ("hrnet_w18_small", "", ""),
        ("inception_v3", "", ""),
    ],
)
def test_a_library_s_network(name: str, sel: str, unit: str) -> None:
    at = AppTest.from_function(_fixture, args=(name, sel, unit, "en"), default_timeout=60).run()
    whole(at)
    assert 'class="notice"' not in html(at)


@pytest.mark.parametrize("kind", ["sequence", "volume", "flat", "vector", "tall", "large", "up"])
def test_an_input_that_is_no_square_image(kind: str) -> None:
    at = AppTest.from_function(_odd, args=(kind,), default_timeout=60).run()
    whole(at)
    assert 'class="notice"' not in html(at)


@pytest.mark.parametrize(
    ("sel", "unit", "said"),
    [
        ("layer3.1.add", "14,0", "column (0 to 13), as in unit=7,7"),
        ("layer3.1.add", "1", "column (0 to 13), as in unit=7,7"),
        ("layer3.1.add", "a,b", "column (0 to 13), as in unit=7,7"),
        ("layer3.1.add", "٣,٣", "column (0 to 13), as in unit=7,7"),
        ("fc", "3,3", "fc is no map"),
    ],
)
def test_a_unit_that_there_is_not(sel: str, unit: str, said: str) -> None:
    args = ("seresnet50", sel, unit, "en")
    at = AppTest.from_function(_fixture, args=args, default_timeout=60).run()
    whole(at)
    assert said in html(at)
