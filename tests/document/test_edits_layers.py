"""Edits of several layers at once: order, weights, names, presets, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from flux_gui.core.errors import FluxError, SettingError, ShapeError
from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.edits_layers import (
    PRESETS,
    duplicate_layers,
    freeze_layers,
    landing,
    move_layers,
    paste_layers,
    preset_of,
    remove_layers,
    rename_layer,
    use_preset,
    with_hidden,
)
from flux_gui.document.project import Project
from flux_gui.document.states import frozen
from flux_gui.specs import DenseSpec, DropoutSpec


@pytest.fixture(scope="module")
def net() -> Project:
    """Iris with 4 => 8 => 6 => 3 and a dropout behind the first, trained a little."""
    project = with_hidden(edits.project_from_file(resource("samples", "iris.csv")), (8, 6))
    project = edits.add_layer(project, 1, "dropout")
    return replace(project, state=replace(project.state, parameters=frozen(project.state.parameters + 0.5), epoch=3, step=3))


def names(project: Project) -> list[str]:
    return [layer.id for layer in project.spec.model.layers]


def test_the_fixture(net: Project) -> None:
    assert names(net) == ["hidden1", "dropout1", "hidden2", "output"]


def test_moving(net: Project) -> None:
    moved = move_layers(net, ("dropout1",), 3)
    assert names(moved) == ["hidden1", "hidden2", "dropout1", "output"]
    for key in ("weight", "bias"):
        assert np.array_equal(edits.parameters(moved)[f"layers.1.{key}"], edits.parameters(net)[f"layers.2.{key}"])
    assert names(move_layers(net, ("hidden1", "dropout1"), 3)) == ["hidden2", "hidden1", "dropout1", "output"]
    assert names(move_layers(net, ("hidden2", "hidden1"), 0)) == ["hidden1", "hidden2", "dropout1", "output"]
    assert move_layers(net, ("hidden1",), 0) is net
    assert move_layers(net, ("hidden1",), 1) is net
    assert names(move_layers(net, ("dropout1",), 99)) == ["hidden1", "hidden2", "dropout1", "output"]
    with pytest.raises(ShapeError, match="output layer"):
        move_layers(net, ("output",), 0)


def test_where_layers_land(net: Project) -> None:
    model = net.spec.model
    assert landing(model, ["dense"], 99) == 3
    assert landing(model, ["softmax"], 99) == 4
    assert landing(model, ["softmax", "dropout"], 99) == 3
    assert landing(model, ["dropout"], 3, ("dropout1",)) == 2
    assert landing(model, ["dense"], -4) == 0


def test_copies_have_weights_and_pasted_layers_do_not(net: Project) -> None:
    twice = duplicate_layers(net, ("hidden1", "dropout1"))
    assert names(twice) == ["hidden1", "dropout1", "hidden3", "dropout2", "hidden2", "output"]
    assert np.array_equal(edits.parameters(twice)["layers.2.bias"], edits.parameters(net)["layers.0.bias"])
    assert names(duplicate_layers(net, ("output",))) == ["hidden1", "dropout1", "hidden2", "hidden3", "output"]
    pasted = paste_layers(net, net.spec.model.layers[:2], 99)
    assert names(pasted) == ["hidden1", "dropout1", "hidden2", "hidden3", "dropout2", "output"]
    assert not np.array_equal(edits.parameters(pasted)["layers.3.bias"], edits.parameters(net)["layers.0.bias"])
    assert np.array_equal(edits.parameters(pasted)["layers.0.weight"], edits.parameters(net)["layers.0.weight"])
    with pytest.raises(SettingError, match="no layer to paste"):
        paste_layers(net, (), 0)


def test_removing_several(net: Project) -> None:
    assert names(remove_layers(net, ("hidden1", "dropout1", "output"))) == ["hidden2", "output"]
    with pytest.raises(ShapeError, match="output layer"):
        remove_layers(net, ("output",))
    for wrong in ((), ("nothing",)):
        with pytest.raises(SettingError):
            remove_layers(net, wrong)


def test_names(net: Project) -> None:
    named = rename_layer(net, "hidden2", "  the   encoder ")
    assert named.spec.model.layers[2].name == "the encoder"
    assert named.state is net.state
    assert rename_layer(named, "hidden2", "").spec.model == net.spec.model
    with pytest.raises(SettingError, match="letters"):
        rename_layer(net, "hidden2", "x" * 50)


def test_freezing(net: Project) -> None:
    cold = freeze_layers(net, ("hidden1", "dropout1", "hidden2"), True)
    assert cold.spec.training.frozen == ("hidden1", "hidden2")
    assert freeze_layers(cold, ("hidden1", "hidden2"), False).spec.training.frozen == ()
    with pytest.raises(SettingError, match="without weights"):
        freeze_layers(net, ("dropout1",), True)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_presets(net: Project, preset: object) -> None:
    after = use_preset(net, preset.name)
    assert preset_of(after.spec.model) == preset.name
    assert preset_of(net.spec.model) == ""
    assert use_preset(after, preset.name) is after
    hidden = after.spec.model.layers[:-1]
    assert [layer.units for layer in hidden] == list(preset.hidden)
    assert all(layer.activation == net.spec.model.layers[0].activation for layer in hidden)


def test_presets_keep_what_stands_behind_the_output_and_the_weights_that_fit(net: Project) -> None:
    after = use_preset(edits.add_layer(net, 99, "softmax"), "small")
    assert names(after) == ["hidden1", "output", "softmax1"]
    assert np.array_equal(edits.parameters(after)["layers.0.weight"], edits.parameters(net)["layers.0.weight"])
    with pytest.raises(SettingError, match="no preset"):
        use_preset(net, "huge")
    with pytest.raises(FluxError):
        with_hidden(net, (0,))


def test_nested_layers_are_not_moved_alone(net: Project) -> None:
    project = edits.add_layer(net, 1, "skipconnection")
    inner = project.spec.model.layers[1].layers[0].id
    with pytest.raises(SettingError, match="in the Chain") as caught:
        move_layers(project, (inner,), 0)
    assert "inside" in caught.value.hint
    copies = duplicate_layers(project, (project.spec.model.layers[1].id,))
    assert len({layer.id for layer in copies.spec.model.layers}) == len(copies.spec.model.layers)


def test_specs_from_elsewhere(net: Project) -> None:
    foreign = (DenseSpec("hidden1", 5), DropoutSpec("hidden1", 0.1))
    assert names(paste_layers(net, foreign, 0))[:3] == ["hidden3", "dropout2", "hidden1"]
