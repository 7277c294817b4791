"""The right column: which view is shown when, and what it says instead when there is nothing."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.addresses import addresses, short_label
from flux_gui.runtime.run import tracked
from person import Person, open_window


def test_pages(person: Person) -> None:
    results = person.window.results
    assert results.stack.currentWidget() is results.fit
    person.bot.mouseClick(results.switch.button("parameters"), Qt.MouseButton.LeftButton)
    assert results.stack.currentWidget() is results.parameters
    person.bot.mouseClick(results.switch.button("verify"), Qt.MouseButton.LeftButton)
    assert "sealed" in results.note.text()
    person.click("panel.verify.run")
    person.until(lambda: results.stack.currentWidget() is results.verification)
    person.type("training.epochs", "9")
    assert results.stack.currentWidget() is results.fit


def test_more_inputs_have_no_fit(person: Person) -> None:
    person.window.files.use_sample()
    results = person.window.results
    person.until(lambda: not results.switch.button("fit").isVisible())
    assert results.stack.currentWidget() is results.parameters


def test_the_chosen_page_comes_back_where_it_exists(person: Person) -> None:
    results = person.window.results
    person.window.files.use_sample()
    person.until(lambda: results.switch.value() == "parameters")
    person.controller.undo()
    assert results.switch.value() == "fit"
    person.bot.mouseClick(results.switch.button("parameters"), Qt.MouseButton.LeftButton)
    person.type("training.epochs", "9")
    assert results.switch.value() == "parameters"


def test_training_ends_a_verification(person: Person) -> None:
    results = person.window.results
    person.click("panel.verify.run")
    person.until(lambda: results.stack.currentWidget() is results.verification)
    assert results.title.text() == "Test rows \u00b7 epoch 0"
    person.type("run_bar.training.optimiser.eta", "0.1")
    assert results.stack.currentWidget() is results.verification
    person.click("run_bar.train.toggle")
    assert results.stack.currentWidget() is results.fit
    assert not person.window.verify_panel.metrics.isVisible()
    person.until(lambda: not person.running)


def test_the_title_names_the_epoch_whose_parameters_are_scored(person: Person) -> None:
    results = person.window.results
    person.window.files.use_sample()
    person.until(lambda: results.switch.value() == "parameters")
    person.type("training.epochs", "60")
    person.click("run_bar.train.toggle")
    person.until(lambda: not person.running and person.controller.project.state.outcome == "finished")
    best = person.controller.project.state.best
    assert best is not None
    person.click("panel.verify.run")
    person.until(lambda: results.stack.currentWidget() is results.verification)
    assert results.title.text() == f"Test rows \u00b7 best epoch {best.epoch}"


def test_pinned_parameters_stand_in_for_the_strongest_ones(qtbot: QtBot) -> None:
    with open_window(qtbot, edits.project_from_sample("iris")) as person:
        results = person.window.results
        assert results.title.text() == "Strongest parameters"
        person.type("training.epochs", "12")
        person.trains()
        weak = next(i for i in range(67) if i not in tracked(person.project))
        person.controller.pin(weak, True)
        person.controller.pin(2, True)
        assert results.title.text() == "Pinned parameters"
        labels = [short_label(addresses(person.project).at(i)) for i in (weak, 2)]
        assert [label for label, _curve in results.parameters._curves] == labels
        assert all(len(curve) > 10 for _label, curve in results.parameters._curves)  # from the start of the run
        person.controller.pin(weak, False)
        person.controller.pin(2, False)
        assert results.title.text() == "Strongest parameters"
