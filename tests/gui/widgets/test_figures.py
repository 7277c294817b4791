"""Figures: the most important ones stay whole, whatever the height."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets.figures import Figures

FOUR = [("accuracy", "0.6667", "how often it is right"), ("F1", "0.3", ""), ("ROC AUC", "0.6", ""), ("log loss", "1.2", "")]


def test_what_has_no_room_is_left_out(qtbot: QtBot) -> None:
    figures = Figures()
    qtbot.addWidget(figures)
    figures.setFigures(FOUR)
    figures.show()
    figures.resize(100, 400)
    counts = []
    for height in (400, 130, 90, 50, 10):
        figures.resize(100, height)
        shown = [label for label in figures.findChildren(QLabel) if label.isVisible()]
        counts.append(len(shown) // 2)
        assert shown[0].text() == "accuracy"
    assert counts[0] == 4
    assert counts[-1] == 1
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) > 2
    figures.setFigures(FOUR[:1])
    assert sum(label.isVisible() for label in figures.findChildren(QLabel)) == 2
