"""See the maths: the page, in the window."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.addresses import addresses
from flux_gui.gui.panels.maths_page import MathsPage, equations
from flux_gui.runtime.explain import Neuron
from flux_gui.runtime.maths_probe import Maths, MathsWish, RestingMaths
from person import Person, open_window

TAGS = re.compile(r"<[^>]+>")


def shown(page: MathsPage) -> str:
    return TAGS.sub("", page.equations.text())


def looking(person: Person) -> MathsPage:
    """Open the page and wait for its numbers."""
    person.click("strip.maths")
    page: MathsPage = person.window.maths
    person.until(lambda: bool(shown(page)))
    return page


@pytest.fixture
def iris(qtbot: QtBot) -> Iterator[Person]:
    with open_window(qtbot, edits.project_from_sample("iris")) as somebody:
        yield somebody


def test_all_numbers_of_a_neuron_are_there(iris: Person) -> None:
    page = looking(iris)
    for word in ("sum", "activation", "error back", "slope", "delta", "next step", "relu"):
        assert word in shown(page)
    assert page.table.terms.rowCount() == 5
    assert "true is" in shown(page)
    assert "epoch 1, batch 1 of" in shown(page)


def test_neuron_and_row_are_chosen_by_fields(iris: Person) -> None:
    page = looking(iris)
    before = shown(page)
    iris.choose("maths.layer", "1")
    iris.until(lambda: page.table.terms.rowCount() == 9)
    iris.type("maths.neuron", "2")
    iris.until(lambda: page.table.terms.parameter(8) == 66)
    assert iris.window.stage.strip.title.text() == "Layer 1 \u00b7 neuron 2 \u00b7 bias"
    iris.type("maths.row", "9")
    assert iris.window.chosen_row.row == 8
    iris.bot.mouseClick(page.part.button("validation"), Qt.MouseButton.LeftButton)
    iris.until(lambda: "validation" in iris.window.stage.strip.maths.text())
    assert iris.window.chosen_row.part == "validation"
    assert page.number.value() == 1
    iris.until(lambda: shown(page) != before)


def test_a_neuron_chosen_in_the_picture_is_shown_and_a_row_of_the_table_selects_its_weight(iris: Person) -> None:
    page = looking(iris)
    iris.window.stage.strip.pick_neuron(0, 5)
    iris.until(lambda: page.unit.value() == 5 and page.table.terms.row_of(addresses(iris.project).find(0, "bias", 5, 0).index) == 4)
    centre = page.table.visualRect(page.table.terms.index(1, 2)).center()
    iris.bot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    assert iris.window.stage.strip.title.text().endswith("neuron 5 \u00b7 weight from sepal_width")


def test_it_stays_live_while_training(iris: Person) -> None:
    page = looking(iris)
    iris.type("training.epochs", "2000000000")
    before = shown(page)
    iris.click("run_bar.train.toggle")
    iris.until(lambda: shown(page) != before and "epoch 1," not in shown(page))
    iris.window.stage.strip.pick_neuron(1, 1)
    iris.until(lambda: page.table.terms.rowCount() == 9)
    iris.click("run_bar.train.toggle")
    iris.until(lambda: not iris.running)
    iris.until(lambda: f"epoch {iris.project.state.epoch + 1}," in shown(page))


def test_the_history_of_the_selected_parameter(iris: Person) -> None:
    page = looking(iris)
    iris.type("training.epochs", "20")
    iris.trains()
    iris.window.stage.strip.pick(20)
    iris.until(lambda: page.history._curve is not None and page.key.text() == addresses(iris.project).at(20).key)
    assert page.history._curve is not None
    assert page.history._curve.x[0] == 0
    assert len(page.history._curve) > 10
    iris.window.stage.strip.show_layer("")
    iris.until(lambda: page.history._curve is None)


def test_the_equations_agree_with_the_numbers() -> None:
    project = edits.project_from_sample("spiral")
    for layer in range(3):
        found = RestingMaths(project)(MathsWish(Neuron(layer, 0, "train", 3), step=True))
        neuron = found.neuron
        assert neuron is not None
        text = TAGS.sub("", equations(project, found, neuron))
        assert float(np.dot(neuron.weights, neuron.inputs)) + (neuron.bias or 0.0) == pytest.approx(neuron.z, rel=1e-4, abs=1e-6)
        assert ("logitbinarycrossentropy" in text) == (layer == 2)
        assert ("tanh\u2032" in text) == (layer < 2)
        assert ("\u03a3" in text) == (layer < 2)


def test_what_is_different_in_training_is_said() -> None:
    project = edits.add_layer(edits.add_layer(edits.project_from_sample("iris"), 1, "dropout"), 2, "batchnorm")
    found = RestingMaths(project)(MathsWish(Neuron(0, 0, "train", 3), step=False))
    assert found.neuron is not None
    text = equations(project, found, found.neuron)
    assert "dropout rests and norms use their running means" in text
    assert "through the layers behind" in text


def test_a_step_that_is_being_made_and_one_that_leads_nowhere() -> None:
    project = edits.project_from_sample("iris")
    found = RestingMaths(project)(MathsWish(Neuron(0, 0, "train", 3), step=False))
    wish = MathsWish(Neuron(0, 0, "train", 3), step=True)
    assert found.neuron is not None
    assert "\u2026" in equations(project, Maths(wish, found.neuron, None, pending=True), found.neuron)
    assert "leads nowhere" in equations(project, Maths(wish, found.neuron, None), found.neuron)
