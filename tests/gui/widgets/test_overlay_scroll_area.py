from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets.overlay_scroll_area import OverlayScrollArea


def made(qtbot: QtBot, height: int) -> OverlayScrollArea:
    area = OverlayScrollArea()
    inside = QWidget()
    QLabel("text", inside)
    inside.setMinimumHeight(height)
    area.setWidget(inside)
    area.resize(200, 300)
    qtbot.addWidget(area)
    area.show()
    return area


def test_what_fits_needs_no_bar(qtbot: QtBot) -> None:
    assert not made(qtbot, 100).bar.isVisible()


def test_the_bar_takes_no_room_and_scrolls(qtbot: QtBot) -> None:
    short, tall = made(qtbot, 100), made(qtbot, 900)
    qtbot.waitUntil(tall.bar.isVisible)
    assert tall.widget().width() == short.widget().width()
    assert tall.bar.geometry().right() == tall.width() - 1
    tall.bar.setValue(tall.bar.maximum())
    assert tall.verticalScrollBar().value() == tall.bar.maximum() > 0
    tall.verticalScrollBar().setValue(7)
    assert tall.bar.value() == 7
