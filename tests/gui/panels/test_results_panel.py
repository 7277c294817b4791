"""The right column: which view is shown when, and what it says instead when there is nothing."""

from PySide6.QtCore import Qt

from person import Person


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
