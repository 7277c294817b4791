"""Pictures of neurons in the real window: at rest and while training, for what can be seen, with the row and axes chosen."""

from flux_gui.gui.diagram.thumbs import Thumb
from person import Person


def thumbs(person: Person) -> list[Thumb | None]:
    return [node.thumb for nodes in person.window.stage.view._scene.nodes for node in nodes]


def test_neurons_show_what_they_compute_at_rest_and_while_training(person: Person) -> None:
    person.until(lambda: all(thumb is not None and thumb.curve is not None for thumb in thumbs(person)))
    person.controller.set_value("training.optimiser.eta", 1e-6)
    person.controller.set_value("training.epochs", 2_000_000_000)
    person.until(lambda: all(thumbs(person)))
    before = thumbs(person)[-1]
    person.click("run_bar.train.toggle")
    person.until(lambda: thumbs(person)[-1] is not before)
    first = thumbs(person)[-1]
    person.until(lambda: thumbs(person)[-1] is not first)
    person.click("run_bar.train.toggle")
    person.until(lambda: not person.running)


def test_axes_row_and_gradients_are_asked_for(person: Person) -> None:
    stage = person.window.stage
    person.window.files.use_sample()
    person.until(lambda: stage.units is not None and stage.units.kind == "bar" and len(stage.units.layers) == 3)
    stage.axes.click_input(2)
    stage.axes.click_input(3)
    person.until(lambda: stage.units is not None and stage.units.kind == "map")
    assert [axis.name for axis in stage.units.axes] == ["petal_length", "petal_width"]
    before = stage.units
    person.window.chosen_row.choose("train", 60)
    person.until(lambda: stage.units is not before)
    stage.colouring.button("gradients").click()
    person.until(lambda: stage.units is not None and stage.units.gradient is not None)
    assert stage.view.shows_gradient
    stage.colouring.button("weights").click()
    assert not stage.view.shows_gradient
