"""What Verify found: the table, the scatter of numbers, the confusion of classes."""

import numpy as np
from PySide6.QtCore import Qt

from flux_gui.gui.panels.verification_view import confusion
from person import Person


def test_numbers(person: Person) -> None:
    person.click("panel.verify.run")
    view = person.window.verification
    person.until(lambda: bool(view.model.columns))
    assert view.model.headers == ["true y", "predicted", "error", "x"]
    assert view.model.columns[0] == ["26", "30", "34", "38", "42"]
    assert view.picture.currentWidget() is view.scatter
    assert view.isVisible()


def test_classes(person: Person) -> None:
    person.window.files.use_sample()
    person.until(lambda: person.project.dataset.task == "classes")
    person.click("panel.verify.run")
    view = person.window.verification
    person.until(lambda: bool(view.model.columns))
    assert view.model.headers[:3] == ["true species", "predicted", "right"]
    assert set(view.model.columns[2]) <= {"yes", "no"}
    assert view.picture.currentWidget() is view.confusion


def test_confusion_counts() -> None:
    np.testing.assert_array_equal(confusion(["a", "b", "b"], ["a", "a", "b"], ("a", "b")), [[1, 0], [1, 1]])


def test_words_stand_left_and_numbers_right(person: Person) -> None:
    model = person.window.verification.model
    model.show_columns(["kind", "size"], [["a", "b"], ["1.5", "-2"]])
    for column, side in ((0, Qt.AlignmentFlag.AlignLeft), (1, Qt.AlignmentFlag.AlignRight)):
        assert model.data(model.index(0, column), Qt.ItemDataRole.TextAlignmentRole) & side
        assert model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) & side
