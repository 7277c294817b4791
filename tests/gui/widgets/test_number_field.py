"""The number field as a person uses it: typing, keys, chevrons, wheel, errors."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import NumberField


def field(qtbot: QtBot, **options: object) -> tuple[NumberField, list[float]]:
    box = QWidget()
    qtbot.addWidget(box)
    made = NumberField(box, **options)  # type: ignore[arg-type]
    made.box = box  # type: ignore[attr-defined]  # keeps it alive
    made.resize(120, 26)
    box.show()
    qtbot.waitExposed(box)
    box.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    seen: list[float] = []
    made.valueChanged.connect(seen.append)
    return made, seen


def type_in(qtbot: QtBot, made: NumberField, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    made.selectAll()
    qtbot.keyClicks(made, text)
    qtbot.keyClick(made, key)


def wheel(made: NumberField, up: bool = True) -> QWheelEvent:
    event = QWheelEvent(
        QPointF(10, 10),
        QPointF(10, 10),
        QPoint(),
        QPoint(0, 120 if up else -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(made, event)
    return event


def test_typing_commits_once_on_enter(qtbot: QtBot) -> None:
    made, seen = field(qtbot, low=0, high=10)
    type_in(qtbot, made, "0,25")
    assert seen == [0.25]
    assert made.value() == 0.25
    assert made.text() == "0.25"
    qtbot.keyClick(made, Qt.Key.Key_Return)
    assert seen == [0.25]


def test_leaving_commits(qtbot: QtBot) -> None:
    made, seen = field(qtbot)
    other = NumberField(made.parentWidget())
    other.show()
    made.selectAll()
    qtbot.keyClicks(made, "7")
    other.setFocus()
    assert seen == [7.0]


def test_programs_may_set_text_and_finish(qtbot: QtBot) -> None:
    made, seen = field(qtbot)
    made.setText("3.5")
    made.editingFinished.emit()
    assert seen == [3.5]


def test_set_value_is_silent(qtbot: QtBot) -> None:
    made, seen = field(qtbot)
    made.setValue(4)
    assert made.value() == 4
    assert made.text() == "4"
    assert seen == []


def test_same_value_does_not_disturb_typing(qtbot: QtBot) -> None:
    made, _seen = field(qtbot)
    made.setValue(1)
    made.selectAll()
    qtbot.keyClicks(made, "12")
    made.setValue(1)
    assert made.text() == "12"
    made.setValue(5)
    assert made.text() == "5"


@pytest.mark.parametrize(
    ("options", "text", "sentence"),
    [
        ({"low": 0, "high": 10}, "11", "11 is out of range: it must be from 0 to 10."),
        ({"low": 0, "high": 10, "open_low": True}, "0", "0 is out of range: it must be above 0 and at most 10."),
        ({"low": 1}, "0", "0 is too small: it must be at least 1."),
        ({"high": 1}, "2", "2 is too large: it must be at most 1."),
        ({"integer": True}, "1.5", "1.5 is not a whole number: type one, for example 2."),
        ({}, "abc", "'abc' is not a number: type one, for example 0."),
        ({}, "", "'' is not a number: type one, for example 0."),
    ],
)
def test_wrong_text_is_refused_with_a_sentence(qtbot: QtBot, options: dict[str, object], text: str, sentence: str) -> None:
    made, seen = field(qtbot, **options)
    told: list[str] = []
    made.errorChanged.connect(told.append)
    made.clear()
    type_in(qtbot, made, text)
    assert seen == []
    assert made.error() == sentence
    assert told == [sentence]
    assert made.property("invalid") is True
    assert sentence in made.toolTip()


def test_wrong_text_is_marked_after_a_rest(qtbot: QtBot) -> None:
    made, _seen = field(qtbot, low=0, high=10)
    made.selectAll()
    with qtbot.waitSignal(made.errorChanged, timeout=3000):
        qtbot.keyClicks(made, "99")
    made.selectAll()
    qtbot.keyClicks(made, "9")
    assert made.error() == ""


def test_escape_restores(qtbot: QtBot) -> None:
    made, seen = field(qtbot, low=0, high=10, help_text="Noise.")
    made.setValue(2)
    type_in(qtbot, made, "99")
    assert made.error()
    qtbot.keyClick(made, Qt.Key.Key_Escape)
    assert (made.text(), made.error(), made.toolTip(), seen) == ("2", "", "Noise.", [])


def test_keys_step_within_the_range(qtbot: QtBot) -> None:
    made, seen = field(qtbot, low=1, high=12, integer=True)
    made.setValue(5)
    qtbot.keyClick(made, Qt.Key.Key_Up)
    qtbot.keyClick(made, Qt.Key.Key_PageUp)
    qtbot.keyClick(made, Qt.Key.Key_Up)
    qtbot.keyClick(made, Qt.Key.Key_Down)
    assert seen == [6.0, 12.0, 11.0]


def test_log_scale_steps(qtbot: QtBot) -> None:
    made, seen = field(qtbot, low=0, high=1, scale="log", open_low=True)
    made.setValue(0.1)
    qtbot.keyClick(made, Qt.Key.Key_Down)
    assert seen == [0.05]


def test_chevrons_are_clicked(qtbot: QtBot) -> None:
    made, seen = field(qtbot, integer=True)
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(made.width() - 10, 6))
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(made.width() - 10, 20))
    assert seen == [1.0, 0.0]


def test_wheel_needs_the_focus(qtbot: QtBot) -> None:
    made, seen = field(qtbot, integer=True)
    assert wheel(made).isAccepted()
    assert seen == [1.0]
    made.clearFocus()
    assert not wheel(made).isAccepted()
    assert seen == [1.0]


def test_error_from_elsewhere(qtbot: QtBot) -> None:
    made, _seen = field(qtbot, help_text="Rows at a time.")
    made.setError("There are only 6 rows.")
    assert made.property("invalid") is True
    assert made.toolTip() == "There are only 6 rows.\n\nRows at a time."
    made.setError("")
    assert made.property("invalid") is False
    assert made.toolTip() == "Rows at a time."


def test_a_word_stands_for_zero(qtbot: QtBot) -> None:
    made = NumberField(low=0, high=1000, integer=True, zero="all rows")
    qtbot.addWidget(made)
    seen: list[float] = []
    made.valueChanged.connect(seen.append)
    assert made.text() == "all rows"
    made.setValue(0)
    made.stepBy(1)
    assert (made.text(), seen) == ("1", [1.0])
    made.setText("All Rows")
    made.commit()
    assert (made.text(), made.value(), seen) == ("all rows", 0.0, [1.0, 0.0])


def test_restore_drops_what_was_typed_or_refused(qtbot: QtBot) -> None:
    field = NumberField(low=0, high=5)
    qtbot.addWidget(field)
    field.setValue(3)
    assert not field.pending()
    qtbot.keyClicks(field, "9")
    assert field.pending()
    field.commit()
    field.setError("No.")
    field.restore()
    assert (field.text(), field.error(), field.pending()) == ("3", "", False)
