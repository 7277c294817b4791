"""What neurons compute: the numbers of the model itself, for the units that are wanted, in colours that hold still."""

import numpy as np
import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.engine.evaluation import predict
from flux_gui.runtime import unit_probe
from flux_gui.runtime.probe import model_of
from flux_gui.runtime.session import Frame, Session
from flux_gui.runtime.unit_inputs import UnitWish
from flux_gui.runtime.unit_probe import LOGIT, MIDDLE, UnitProbe, codes_of, rounded_up, unit_pictures
from flux_gui.specs import Choice, GeneratedData


@pytest.fixture(scope="module")
def circle() -> Project:
    project = edits.project_from_generator(GeneratedData(Choice("circle"), rows=60))
    project = edits.resize_layer(project, 0, 5)
    return edits.set_value(project, "model.layers.0.activation", "tanh")


def test_the_map_of_the_output_is_what_the_network_answers(circle: Project) -> None:
    found = unit_pictures(circle, UnitWish(((-1, (1,)), (0, (0, 3)), (1, (0,))), row=("train", 2)))
    assert found is not None
    assert found.kind == "map"
    assert [axis.name for axis in found.axes] == ["x1", "x2"]
    output, hidden, inputs = found.layers[1], found.layers[0], found.layers[-1]
    side = output.values.shape[1]
    places = np.array([[axis.low, axis.high] for axis in found.axes])
    encoding = circle.dataset.preparation.inputs
    corner = np.array([[(places[i, 1] - encoding[i].center) / encoding[i].scale for i in (0, 1)]], np.float32)
    np.testing.assert_allclose(output.values[0, -1, -1], predict(model_of(circle), corner)[0, 0], rtol=1e-4)
    assert hidden.values.shape == (2, side, side)
    assert hidden.units == (0, 3)
    assert (hidden.middle, hidden.limit) == (0.0, 1.0)
    assert np.all(np.diff(inputs.values[0, :, 0]) > 0)
    assert output.limit <= LOGIT
    assert output.chosen is not None
    row = circle.dataset.parts["train"].x[2:3]
    np.testing.assert_allclose(output.chosen[0], predict(model_of(circle), row)[0, 0], rtol=1e-4)


def test_bars_tell_of_the_training_rows() -> None:
    iris = edits.project_from_file(resource("samples", "iris.csv"))
    found = unit_pictures(iris, UnitWish(((-1, (0,)), (1, (0, 1, 2)))))
    assert found is not None
    assert (found.kind, found.rows) == ("bar", 105)
    answers = predict(model_of(iris), iris.dataset.parts["train"].x)
    np.testing.assert_allclose(found.layers[1].mean, answers.mean(axis=0), rtol=1e-3)
    np.testing.assert_allclose(found.layers[1].spread, answers.std(axis=0), rtol=1e-3)
    np.testing.assert_allclose(found.layers[1].high, answers.max(axis=0), rtol=1e-3)
    assert found.layers[1].values.shape == (3, 0)


def test_a_dead_neuron_is_marked() -> None:
    project = edits.resize_layer(edits.add_layer(edits.line_example(), 0), 0, 2)
    for index, value in ((0, -1.0), (1, 1.0), (2, -100.0), (3, 1.0)):
        project = edits.set_parameter(project, index, value)
    found = unit_pictures(project, UnitWish(((0, (0, 1)),)))
    assert found is not None
    assert found.layers[0].marks == ("dead", "")
    assert found.layers[0].share[0] == 1.0


def test_gradients_come_with_the_pictures(circle: Project) -> None:
    found = unit_pictures(circle, UnitWish(((0, (0,)),), gradient=True))
    assert found is not None
    assert found.gradient is not None
    assert found.gradient.shape == circle.state.parameters.shape
    assert found.gradient_rows == len(circle.dataset.parts["train"])


def test_what_is_not_there_is_left_out(circle: Project) -> None:
    found = unit_pictures(circle, UnitWish(((0, (0, 99)), (7, (0,)))))
    assert found is not None
    assert found.layers[0].units == (0,)
    assert 7 not in found.layers
    assert unit_pictures(circle, UnitWish()) is None


def test_layers_behind_the_last_one_seen_are_not_computed(circle: Project) -> None:
    probe = UnitProbe(circle, model_of(circle))
    assert probe(UnitWish(((0, (0,)),))) is not None
    assert len(probe._chain) == 1


def test_slow_pictures_become_smaller_and_rest(circle: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_probe, "QUICK", 0.0)
    probe, wish = UnitProbe(circle, model_of(circle)), UnitWish(((0, (0,)),))
    first = probe(wish)
    assert first is not None
    assert probe(wish) is None  # too early
    probe._again = 0.0
    second = probe(wish)
    assert second is not None
    assert second.layers[0].values.shape[1] < first.layers[0].values.shape[1]


def test_frames_of_a_run_bring_what_is_wished_for(circle: Project) -> None:
    session = Session(edits.set_value(circle, "training.epochs", 30))
    session.wish = UnitWish(((0, (1,)),))
    frames: list[Frame] = []
    session.run(frames.append)
    frame = session._frame(session._run)  # type: ignore[arg-type]  # the run has begun
    assert frame.units is not None
    assert frame.units.layers[0].units == (1,)


def test_codes_and_limits() -> None:
    assert codes_of(np.array([-5, -1, 0, 0.5, 1, np.nan], np.float32), 0.0, 1.0).tolist() == [1, 1, MIDDLE, 192, 255, MIDDLE]
    assert [rounded_up(value) for value in (0.0, 0.9, 1.0, 1.2, 41, np.inf)] == pytest.approx([1.0, 1.0, 1.0, 1.5, 50, 1.0])
