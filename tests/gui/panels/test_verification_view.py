"""What Verify found: the table, the scatter of numbers, the confusion of classes."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from flux_gui.gui.panels.verification_view import SAMPLE, PredictionModel, confusion
from flux_gui.runtime.verify import Verification
from person import Person


def test_numbers(person: Person) -> None:
    person.click("panel.verify.run")
    view = person.window.verification
    person.until(lambda: bool(view.model.columns))
    assert view.model.headers == ["true y", "predicted", "error", "x"]
    assert [view.model.text(row, 0) for row in range(5)] == ["26", "30", "34", "38", "42"]
    assert view.picture.currentWidget() is view.scatter
    assert view.isVisible()


def test_classes(person: Person) -> None:
    person.window.files.use_sample()
    person.until(lambda: person.project.dataset.task == "classes")
    person.click("panel.verify.run")
    view = person.window.verification
    person.until(lambda: bool(view.model.columns))
    assert view.model.headers[:3] == ["true species", "predicted", "right"]
    assert {view.model.text(row, 2) for row in range(view.model.rowCount())} <= {"yes", "no"}
    assert view.picture.currentWidget() is view.confusion


def test_confusion_counts() -> None:
    np.testing.assert_array_equal(confusion(["a", "b", "b"], ["a", "a", "b"], ("a", "b")), [[1, 0], [1, 1]])


def test_words_stand_left_and_numbers_right(person: Person) -> None:
    model = person.window.verification.model
    model.show_columns(["kind", "size"], [np.array(["1", "b"]), np.array([1.5, -2.0])])
    for column, side in ((0, Qt.AlignmentFlag.AlignLeft), (1, Qt.AlignmentFlag.AlignRight)):
        assert model.data(model.index(0, column), Qt.ItemDataRole.TextAlignmentRole) & side
        assert model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) & side


def test_many_rows_become_texts_only_where_they_are_seen(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    many = 30_000
    truth, inputs = np.linspace(-1, 1, many), {name: np.arange(many) / 7 for name in "abcdefgh"}
    result = Verification(truth, truth + 0.25, None, inputs, np.arange(many), {"loss": 0.0625})
    asked: list[int] = []
    text = PredictionModel.text
    monkeypatch.setattr(PredictionModel, "text", lambda model, row, column: asked.append(row) or text(model, row, column))
    view = person.window.verification
    view.show_result(result, (), "y")
    assert len(asked) <= SAMPLE * len(view.model.columns)
    assert max(asked) > many - 2 * many // SAMPLE
    assert text(view.model, many - 1, 2) == "0.25"
    assert len(view.scatter._truth) == 2000
    assert view.scatter.legend.entries()[0].name.split() == ["2", "000", "of", "30", "000", "rows"]
