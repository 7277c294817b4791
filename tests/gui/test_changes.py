"""The functions behind the verbs: places found late, words for stretches, what counts as large."""

from dataclasses import replace

import pytest

from flux_gui.core.errors import SettingError
from flux_gui.document import edits
from flux_gui.document.states import frozen
from flux_gui.gui import changes
from flux_gui.runtime.session import Session


def test_a_layer_is_found_by_its_name() -> None:
    project = edits.add_layer(edits.line_example(), 0)
    first, second = project.spec.model.layers
    assert (changes.layer_index(project, first.id), changes.layer_index(project, second.id)) == (0, 1)
    with pytest.raises(SettingError, match="no such layer"):
        changes.layer_index(project, "nothing")


def test_a_place_is_that_of_the_project_it_was_chosen_in() -> None:
    before = edits.add_layer(edits.add_layer(edits.line_example(), 0), 1)
    after = edits.remove_layer(before, 0)
    kept = before.spec.model.layers[1].id
    changed = changes.set_value(before, "model.layers.1.units", 5)(after)
    assert [layer.id for layer in changed.spec.model.layers if layer.units == 5] == [kept]
    assert changes.set_value(before, "training.epochs", 5)(after).spec.training.epochs == 5
    with pytest.raises(SettingError):
        changes.set_value(before, "model.layers.0.units", 5)(after)
    added = changes.add_layer(before, 1)(after).spec.model.layers
    assert added[1].id == kept
    assert len(changes.add_layer(before, None)(after).spec.model.layers) == 3
    with pytest.raises(SettingError):
        changes.set_parameter(before, 0, 1.0)(after)
    assert changes.set_parameter(after, 0, 1.0)(after).state.parameters[0] == 1.0


def test_words_for_stretches() -> None:
    before = edits.set_value(edits.line_example(), "training.epochs", 2)
    after = Session(before).run()
    assert changes.stretch_text(before, after) == "Trained 2 epochs"
    assert changes.trained(before, after)
    assert not changes.trained(before, replace(before, state=replace(before.state, seconds=1.0)))
    assert changes.keeps_weights(after, edits.set_value(after, "data.source.formula", "4*x"))
    assert not changes.keeps_weights(before, edits.set_value(before, "data.source.formula", "4*x"))
    assert not changes.same_network(before, after)
    assert changes.same_network(after, edits.set_value(after, "training.epochs", 9))


def test_the_line_example_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    project = edits.line_example()
    assert not changes.is_wide(project)
    assert not changes.is_heavy(project)
    assert changes.with_split_column(project, "part") is project
    monkeypatch.setattr(changes, "MANY_CELLS", 10)
    monkeypatch.setattr(changes, "MANY_BYTES", 10)
    assert changes.is_wide(project)
    assert changes.is_heavy(project)


def test_layers_go_where_their_kind_belongs() -> None:
    project = edits.add_layer(edits.line_example(), 0)
    kinds = [type(layer).__name__ for layer in changes.add_layer(project, None, "softmax")(project).spec.model.layers]
    assert kinds == ["DenseSpec", "DenseSpec", "SoftmaxSpec"]
    kinds = [type(layer).__name__ for layer in changes.add_layer(project, None, "dropout")(project).spec.model.layers]
    assert kinds == ["DenseSpec", "DropoutSpec", "DenseSpec"]


def test_numbers_of_the_optimiser_are_live_and_switches_are_not() -> None:
    project = edits.set_value(edits.line_example(), "training.optimiser", "RMSProp")
    assert changes.is_live(project, "training.optimiser.eta", 0.1)
    assert not changes.is_live(project, "training.optimiser.centred", 1.0)
    assert not changes.is_live(project, "training.chain.WeightDecay.lambd", 0.1)


def test_what_survives_an_edit_is_told_of_edits_of_the_network_only() -> None:
    project = edits.add_layer(edits.line_example(), 0)
    trained = replace(project, state=replace(project.state, parameters=frozen(project.state.parameters + 1), epoch=1, step=1))
    assert changes.survival(trained, edits.set_value(trained, "training.epochs", 3)) == ""
    assert "Weights kept in layers 1 and 2" in changes.survival(trained, edits.add_layer(trained, 0, "scale"))
