"""The installed PySide6 is none of the broken releases, and survives what broke them."""

import sys
from typing import ClassVar

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

SIGNALS, REPAINTS = 10_000, 300


class Speaker(QObject):
    said = Signal(object)


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard = 0

    def hear(self, value: object) -> None:
        assert value is None
        self.heard += 1


class Sheet(QWidget):
    """A widget whose painting makes many calls that return None, True or False."""

    LINES: ClassVar[int] = 40
    painted = 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for row in range(self.LINES):
            painter.save()
            painter.setPen(QPen(QColor(row, row, row)))
            painter.drawLine(0, row, self.width(), row)
            painter.restore()
        painter.end()
        self.painted += 1


def test_no_broken_release() -> None:
    release = tuple(int(part) for part in PySide6.__version__.split(".")[:3])
    assert release not in {(6, 11, 0), (6, 11, 1)}
    assert sys.version_info >= (3, 12) or release[:2] != (6, 12)
    assert (6, 10) <= release[:2] <= (6, 12)


def test_signals_carrying_none_survive(qtbot: QtBot) -> None:
    speaker, listener = Speaker(), Listener()
    speaker.said.connect(listener.hear)
    before = sys.getrefcount(None)
    for _ in range(SIGNALS):
        speaker.said.emit(None)
    assert listener.heard == SIGNALS
    assert abs(sys.getrefcount(None) - before) < SIGNALS / 10


def test_repaints_survive(qtbot: QtBot) -> None:
    sheet = Sheet()
    qtbot.addWidget(sheet)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    sheet.resize(60, 60)
    sheet.show()
    before = sys.getrefcount(None)
    for _ in range(REPAINTS):
        sheet.repaint()
    assert sheet.painted >= REPAINTS
    assert before - sys.getrefcount(None) < REPAINTS * Sheet.LINES / 10
