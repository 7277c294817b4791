"""A fold is closed at first, says what is on while it is closed, and opens with mouse and key."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Fold


def test_it_opens_and_tells(qtbot: QtBot) -> None:
    fold = Fold("Stop early", "panel.training.stop", "Reasons to end a run.")
    qtbot.addWidget(fold)
    inside = QLabel("patience")
    fold.addWidget(inside)
    fold.resize(200, 100)
    fold.show()
    assert not inside.isVisible()
    closed = fold.header.sizeHint().height()
    fold.setSummary("No progress 10", True)
    assert fold.header.accessibleName() == "Stop early: No progress 10"
    assert "Reasons" in fold.header.toolTip()
    assert fold.header.sizeHint().height() > closed
    fold.grab()
    qtbot.mouseClick(fold.header, Qt.MouseButton.LeftButton)
    assert inside.isVisible()
    assert fold.isExpanded()
    assert fold.header.sizeHint().height() == closed  # what is on can be seen below
    fold.header.setFocus()
    fold.grab()
    qtbot.keyClick(fold.header, Qt.Key.Key_Space)
    assert not fold.isExpanded()
    fold.setSummary("never", False)
    fold.grab()
    assert fold.summary() == "never"


def test_what_is_folded_is_filled_when_it_opens(qtbot: QtBot) -> None:
    fold = Fold("Prepare", "panel.data.prepare", "")
    qtbot.addWidget(fold)
    filled: list[str] = []
    for text in ("first", "second"):
        fold.fill(lambda text=text: filled.append(text))
    assert filled == []
    fold.setExpanded(True)
    assert filled == ["second"]
    fold.fill(lambda: filled.append("third"))
    fold.setExpanded(False)
    fold.setExpanded(True)
    assert filled == ["second", "third"]
