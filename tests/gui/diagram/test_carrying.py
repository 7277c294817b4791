"""Carrying: the label follows, the picture is told, a drop outside and Esc are no drop."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram.carrying import Carrier, Load

LOAD = Load(kind="dense", label="Dense")


@pytest.fixture
def home(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    return made


def carrier(home: QWidget, told: list[object]) -> Carrier:
    made = Carrier(home, lambda at: float(at.x()) if at.x() >= 0 else None)
    made.over.connect(lambda load, x: told.append(("over", load, x)))
    made.left.connect(lambda: told.append("left"))
    made.dropped.connect(lambda load, x: told.append(("dropped", load, x)))
    return made


def test_a_drop(home: QWidget) -> None:
    told: list[object] = []
    made = carrier(home, told)
    made.start(LOAD, QPoint(5, 5))
    label = home.findChild(QLabel)
    assert label is not None
    assert label.text() == "Dense"
    assert label.isVisible()
    made.move(QPoint(-4, 5))
    made.drop(QPoint(40, 5))
    assert told == [("over", LOAD, 5.0), "left", "left", ("dropped", LOAD, 40.0)]
    assert not made.active
    assert not label.isVisible()


def test_no_drop(home: QWidget, qtbot: QtBot) -> None:
    told: list[object] = []
    made = carrier(home, told)
    made.start(LOAD, QPoint(5, 5))
    made.drop(QPoint(-1, 0))
    made.start(LOAD, QPoint(5, 5))
    qtbot.keyClick(home, Qt.Key.Key_Escape)
    assert not made.active
    made.move(QPoint(9, 9))
    made.drop(QPoint(9, 9))
    made.cancel()
    assert not any(one[0] == "dropped" for one in told if isinstance(one, tuple))
