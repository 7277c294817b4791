"""What brings the maths to strip and page."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui import maths_desk
from flux_gui.gui.maths_desk import MathsDesk
from person import Person, open_window


@pytest.fixture
def iris(qtbot: QtBot) -> Iterator[Person]:
    with open_window(qtbot, edits.project_from_sample("iris")) as somebody:
        yield somebody


def desk(person: Person) -> MathsDesk:
    found = person.window.findChild(MathsDesk)
    assert found is not None
    return found


def test_the_strip_has_the_numbers_without_the_page(iris: Person) -> None:
    strip = iris.window.stage.strip
    iris.until(lambda: " = relu(" in strip.formula.text() and "gradient" in strip.details.text())
    assert "next step" in strip.details.text()
    assert strip.maths.text() == "sample 1 of 105 (training)"


def test_another_row_gives_other_numbers(iris: Person) -> None:
    strip = iris.window.stage.strip
    iris.until(lambda: " = relu(" in strip.formula.text())
    before = strip.formula.text()
    iris.window.chosen_row.choose("validation", 3)
    assert strip.maths.text() == "sample 4 of 23 (validation)"
    iris.until(lambda: " = relu(" in strip.formula.text() and strip.formula.text() != before)


def test_the_strip_stays_live_while_training(iris: Person) -> None:
    strip = iris.window.stage.strip
    iris.type("training.epochs", "2000000000")
    iris.until(lambda: "gradient" in strip.details.text())
    before = strip.details.text()
    iris.click("run_bar.train.toggle")
    iris.until(lambda: iris.controller.bridge.frames > 5 and strip.details.text() != before)
    assert iris.running
    iris.click("run_bar.train.toggle")
    iris.until(lambda: not iris.running)


def test_a_heavy_step_is_made_only_for_somebody_who_looks(iris: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    strip = iris.window.stage.strip
    monkeypatch.setattr(maths_desk, "is_light", lambda _project: False)
    iris.controller.resize_layer("hidden1", 9)
    iris.until(lambda: " = relu(" in strip.formula.text())
    assert strip.details.text() == ""
    iris.click("strip.maths")
    iris.until(lambda: "gradient" in strip.details.text())
    iris.click("strip.maths")
    assert not iris.window.drawer.is_open()


def test_many_questions_at_once_end_with_the_last(iris: Person) -> None:
    strip = iris.window.stage.strip
    for unit in range(8):
        strip.pick_neuron(0, unit)
        desk(iris)._ask()
    iris.until(lambda: strip._maths is not None and strip._maths.neuron is not None and strip._maths.neuron.place.unit == 7)
