"""Models built in Python as projects."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.core.paths import resource
from flux_gui.document import edits, store
from flux_gui.document.library import adopted, specification
from flux_gui.document.project import Project
from flux_gui.engine.functions import square
from flux_gui.runtime import probe
from flux_gui.specs import LogSoftmaxSpec, SoftmaxSpec


@pytest.fixture(scope="module")
def iris() -> Project:
    return edits.project_from_file(resource("samples", "iris.csv"))


class Square(flux.Layer):
    """A layer of one's own."""

    def forward(self, x: Any) -> Any:
        return square(x)


def everything() -> flux.Chain:
    """Every kind of layer that a file can hold."""
    return flux.Chain(
        flux.Dense(4, 6, "elu", activation_values={"alpha": 0.5}),
        flux.BatchNorm(6, "tanh"),
        flux.Dropout(0.1),
        flux.SkipConnection(flux.Chain(flux.Dense(6, 6, "relu"), flux.LayerNorm(6)), "add"),
        flux.Parallel("concatenate", flux.Dense(6, 2), flux.Chain(flux.Dense(6, 3), flux.Scale(3))),
        flux.Formula("a*x + b", {"a": 1.5, "b": np.arange(5.0)}),
        flux.Dense(5, 3, bias=False),
        flux.Softmax(),
    )


def test_a_model_becomes_a_project_that_can_be_saved(tmp_path: Path, iris: Project) -> None:
    model = everything()
    project = adopted(iris, model)
    store.save(project, tmp_path / "a.flux")
    again = store.load(tmp_path / "a.flux")
    rows = again.dataset.parts["test"].x
    np.testing.assert_array_equal(np.asarray(probe.model_of(again)(rows)), np.asarray(model(rows)))
    assert specification(probe.model_of(project)).layers == project.spec.model.layers


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (Square(), "Square"),
        (np.tanh, "tanh"),
        (flux.AlphaDropout(0.1), "AlphaDropout"),
        (flux.BatchNorm(4, track_stats=False), "statistics"),
        (flux.Dense(4, 4, lambda x: 2 * x), "activation"),
        (flux.SkipConnection(Square(), "add"), "layers.1.layers.0 .Square"),
        (flux.SkipConnection(flux.Dense(4, 4), lambda a, b: a - b), "connection"),
    ],
)
def test_python_code_is_refused_by_name(iris: Project, layer: Any, named: str) -> None:
    with pytest.raises(SettingError, match=named) as caught:
        adopted(iris, flux.Chain(flux.Dense(4, 4), layer, flux.Dense(4, 3)))
    assert "layers.1" in caught.value.message
    assert caught.value.hint


def test_softmax_may_be_a_function(iris: Project) -> None:
    for function, spec in ((flux.softmax, SoftmaxSpec), (flux.logsoftmax, LogSoftmaxSpec)):
        model = flux.Chain(flux.Dense(4, 3), function)
        project = adopted(iris, model)
        assert isinstance(project.spec.model.layers[1], spec)
        rows = iris.dataset.parts["test"].x
        np.testing.assert_array_equal(np.asarray(probe.model_of(project)(rows)), np.asarray(model(rows)))


def test_a_model_for_other_data(iris: Project) -> None:
    for model in (flux.Chain(flux.Dense(5, 3)), flux.Dense(4, 2)):
        with pytest.raises(ShapeError):
            adopted(iris, model)
