"""The elided label tells in its tooltip what it cannot show."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import ElidedLabel


def test_elided_label_tells_the_rest(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    label = ElidedLabel("a rather long sentence about the network", box)
    label.setGeometry(0, 0, 60, 20)
    box.show()
    label.grab()
    assert "about the network" in label.toolTip()
    label.setGeometry(0, 0, 600, 20)
    label.grab()
    assert label.toolTip() == ""
