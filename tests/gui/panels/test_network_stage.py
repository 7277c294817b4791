"""The middle column: what the diagram is given."""

import numpy as np

from flux_gui.document import edits
from flux_gui.gui.panels.network_stage import network_picture
from person import Person


def test_the_picture_of_a_project() -> None:
    project = edits.resize_layer(edits.add_layer(edits.line_example(), 0), 0, 3)
    picture = network_picture(project)
    assert picture.inputs == ("x",)
    assert picture.outputs == ("y",)
    hidden, output = picture.layers
    assert (hidden.title, hidden.activation, hidden.fixed_units, hidden.removable) == ("Dense 1 ⇒ 3", "relu", False, True)
    assert (output.title, output.fixed_units, output.removable) == ("Dense 3 ⇒ 1", True, False)
    np.testing.assert_array_equal(hidden.weight, edits.parameters(project)["layers.0.weight"])


def test_live_values_reach_the_strip(person: Person) -> None:
    person.window.stage.show_frame(np.array([1.5, 2.5], np.float32))
    assert person.window.stage.strip.value.value() == 1.5
    person.window.stage.show_frame(np.zeros(7, np.float32))
    assert person.window.stage.strip.value.value() == 1.5


def test_the_only_layer_counts_as_selected(person: Person) -> None:
    assert person.window.stage.selected_layer() == "output"
    person.click("panel.model.add_layer")
    assert person.window.stage.selected_layer() == "hidden1"  # the new one
    person.window.stage.view.selectLayer("")
    assert person.window.stage.selected_layer() is None


def test_frozen_layers_look_different(person: Person) -> None:
    person.controller.add_layer(0)
    person.controller.add_layer(1, "batchnorm")
    dense, step, _output = (layer.id for layer in person.project.spec.model.layers)
    for id in (dense, step):
        person.controller.set_value(f"training.frozen.{id}", True)
    view = person.window.stage.view
    assert view._scene.headers[1].role == "muted"
    assert view._scene.headers[2].role == "text"
    assert view._scene.slabs[step].text == "BatchNorm (frozen)"
    assert "Frozen" in view._told(view._scene.headers[1].pos())


def test_gradients_are_asked_for_and_shown(person: Person) -> None:
    stage = person.window.stage
    person.until(lambda: stage.units is not None)
    with person.bot.waitSignal(stage.wishChanged):
        stage.colouring.button("gradients").click()
    assert stage.gradients
    person.until(lambda: stage.units is not None and stage.units.gradient is not None)
    assert stage.view.key.limit() == stage.view._scene.limit
    shown = [tag.text() for gap in stage.view._scene._gaps for tag in gap.tags]
    assert all(text.startswith("g = ") for text in shown)
    stage.colouring.button("weights").click()
    assert not stage.view.shows_gradient
