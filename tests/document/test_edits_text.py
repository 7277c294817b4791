"""Tests of the edit of a typed network: weights of layers in both survive, everything else is as if built by hand."""

from dataclasses import replace

import numpy as np
import pytest

from flux_gui.core.errors import ShapeError, TextError
from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.migrate import named
from flux_gui.document.project import Project
from flux_gui.document.states import frozen
from flux_gui.engine.models import describe
from flux_gui.specs import ModelSpec


@pytest.fixture(scope="module")
def trained() -> Project:
    """Iris with a hidden layer and parameters that no seed gives."""
    project = edits.project_from_file(resource("samples", "iris.csv"))
    values = np.arange(len(project.state.parameters), dtype=np.float32) / 7
    return replace(project, state=replace(project.state, parameters=frozen(values), epoch=3, step=3))


def arrays(project: Project) -> dict[str, np.ndarray]:
    return named(project.state.parameters_in_use, project.spec.model, project.dataset.inputs)


def test_weights_of_untouched_layers_survive(trained: Project) -> None:
    before = arrays(trained)
    wider = edits.replace_text(trained, "Chain(Dense(4 => 16, relu), Dropout(0.1), Dense(16 => 20, tanh), Dense(20 => 3))")
    after = arrays(wider)
    assert describe(wider.spec.model, 4) == "Chain(Dense(4 => 16, relu), Dropout(0.1), Dense(16 => 20, tanh), Dense(20 => 3))"
    assert [layer.id for layer in wider.spec.model.layers] == ["hidden1", "dropout1", "hidden2", "output"]
    np.testing.assert_array_equal(after["layers.0.weight"], before["layers.0.weight"])
    np.testing.assert_array_equal(after["layers.3.bias"], before["layers.1.bias"])
    np.testing.assert_array_equal(after["layers.3.weight"][:, :16], before["layers.1.weight"])
    assert wider.state.epoch == 0


def test_the_same_text_changes_nothing_and_names_alone_keep_the_run(trained: Project) -> None:
    assert edits.replace_text(trained, "Chain(Dense(16, relu), Dense(3))") is trained
    called = edits.replace_text(trained, "Chain(first = Dense(16, relu), Dense(3))")
    assert called.spec.model.layers[0].name == "first"
    assert called.state is trained.state


def test_other_start_values_are_drawn_anew(trained: Project) -> None:
    changed = arrays(edits.replace_text(trained, "Chain(Dense(16, relu; init=zeros32), Dense(3))"))
    assert not changed["layers.0.weight"].any()
    np.testing.assert_array_equal(changed["layers.1.weight"], arrays(trained)["layers.1.weight"])


def test_a_network_that_does_not_fit_the_data_is_refused_at_its_place(trained: Project) -> None:
    with pytest.raises(TextError, match="takes 5, but 4 arrive"):
        edits.replace_text(trained, "Chain(Dense(5 => 3))")
    with pytest.raises(TextError, match="must have 3 units"):
        edits.replace_text(trained, "Chain(Dense(4 => 2))")
    with pytest.raises(ShapeError):
        edits.replace_model(trained, ModelSpec(trained.spec.model.layers[:1]))


def test_frozen_layers_that_stay_are_still_frozen(trained: Project) -> None:
    still = edits.set_value(trained, "training.frozen.hidden1", True)
    assert edits.replace_text(still, "Chain(Dense(8, tanh), Dense(16, relu), Dense(3))").spec.training.frozen == ("hidden1",)
    assert edits.replace_text(still, "Chain(Dense(3))").spec.training.frozen == ()
