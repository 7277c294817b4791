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
