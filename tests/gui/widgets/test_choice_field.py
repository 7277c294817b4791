"""The choice field: keys, silence of setValue, help of the present choice, the wheel."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import ChoiceField, NumberField
from flux_gui.gui.widgets.choice_field import WIDEST

ITEMS = (("mse", "mse", "Mean of squares."), ("mae", "mean error", "Mean of distances."))


def made(qtbot: QtBot) -> tuple[ChoiceField, list[str]]:
    field = ChoiceField(ITEMS, help_text="The loss.")
    qtbot.addWidget(field)
    field.show()
    seen: list[str] = []
    field.valueChanged.connect(seen.append)
    return field, seen


def test_choosing_emits_the_key(qtbot: QtBot) -> None:
    field, seen = made(qtbot)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    field.setCurrentText("mse")
    assert seen == ["mae", "mse"]
    assert field.value() == "mse"


def test_set_value_is_silent_and_keeps_unknown_keys(qtbot: QtBot) -> None:
    field, seen = made(qtbot)
    field.setValue("mae")
    assert field.value() == "mae"
    field.setValue("huber")
    assert (field.value(), field.currentText(), seen) == ("huber", "huber", [])


def test_new_items_keep_the_value(qtbot: QtBot) -> None:
    field, seen = made(qtbot)
    field.setValue("mae")
    field.setItems((("huber", "huber", ""), *ITEMS))
    assert (field.value(), seen) == ("mae", [])


def test_tooltip_tells_help_choice_and_error(qtbot: QtBot) -> None:
    field, _seen = made(qtbot)
    field.setValue("mae")
    assert field.toolTip() == "The loss.\n\nmean error: Mean of distances."
    field.setError("This loss needs classes.")
    assert field.toolTip().startswith("This loss needs classes.")
    assert field.property("invalid") is True


def test_wheel_without_focus_changes_nothing(qtbot: QtBot) -> None:
    field, seen = made(qtbot)
    field.clearFocus()
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), none, keys, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(field, event)
    assert seen == []
    assert not event.isAccepted()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_list_shows_every_row_and_the_present_choice(qtbot: QtBot) -> None:
    field = ChoiceField(tuple((name, name, "") for name in ("identity", "sigmoid", "a rather long activation", "relu")))
    qtbot.addWidget(field)
    field.show()
    field.setValue("relu")
    field.showPopup()
    view = field.view()
    assert view.verticalScrollBar().maximum() == 0
    for row in range(4):
        box = view.visualRect(field.model().index(row, 0))
        assert view.viewport().rect().contains(box)
    assert view.visualRect(field.model().index(0, 0)).width() > view.fontMetrics().horizontalAdvance("a rather long activation") + 20
    assert view.currentIndex().row() == 3
    field.hidePopup()


def test_fields_are_equally_wide_unless_a_text_needs_more(qtbot: QtBot) -> None:
    field, _seen = made(qtbot)
    before = field.sizeHint()
    field.setItems((("x", "a very long label that does not fit at all", ""),))
    assert before == NumberField().sizeHint()
    assert before.width() < field.sizeHint().width() <= WIDEST
