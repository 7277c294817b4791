"""The confusion table: what it says in words, and that it paints."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots import ConfusionView


def test_table_is_painted_and_told(qtbot: QtBot) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(340, 280)
    view.show()
    empty = view.grab().toImage()
    view.setConfusion(["setosa", "versicolor"], np.array([[8, 0], [2, 6]]))
    assert view.grab().toImage() != empty
    said = "setosa: 8 of 8, precision 80%, recall 100%; versicolor: 6 of 8, precision 100%, recall 75%"
    assert view.accessibleDescription() == said
    assert view.scored == (True, True)
    view.grab()
    view.setMinimumSize(0, 0)
    view.resize(340, 110)
    assert view.scored == (True, False)
    view.resize(200, 150)
    assert view.scored[0] is False
    view.setConfusion(["a", "b"], np.array([[0, 0], [2, 0]]))
    assert view.accessibleDescription() == "a: 0 of 0, precision 0%, recall \u2013; b: 0 of 2, precision \u2013, recall 0%"


def test_tooltip_of_a_cell(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(340, 280)
    view.setConfusion(["a", "b"], np.array([[8, 0], [2, 6]]))
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: told.append(text))
    at = view._cell(1, 0).center().toPoint()
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, at, view.mapToGlobal(at)))
    assert told == ["2 of 8 rows of true class b were called a."]
    beside = view._cell(1, 1).center().toPoint()
    beside.setX(10)
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, beside, view.mapToGlobal(beside)))
    assert told[1] == "b: 6 of 8, precision 100%, recall 75%."


def test_long_names_are_not_cut_while_there_is_room(qtbot: QtBot) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(340, 150)
    view.setConfusion(["setosa", "versicolor", "virginica"], np.eye(3, dtype=np.int64))
    assert view._cell(0, 0).width() >= view._widest + 4
    assert view._cell(2, 2).right() <= view.width()
