"""The card around every plot: ranges that hold still, the user's own view, notes, live colours."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.theme import DARK, theme


@pytest.fixture
def card(qtbot: QtBot) -> PlotCard:
    made = PlotCard("Loss", "About the loss.")
    qtbot.addWidget(made)
    made.resize(380, 240)
    made.show()
    return made


def test_same_range_costs_nothing(card: PlotCard) -> None:
    told: list[object] = []
    card.view.sigRangeChanged.connect(lambda *_: told.append(1))
    card.showRange((0, 10), (0, 1))
    seen = len(told)
    card.showRange((0, 10), (0, 1))
    assert len(told) == seen
    assert card.view.viewRange()[0] == pytest.approx([0, 10])


def test_a_moved_view_stays_until_it_is_fitted(card: PlotCard) -> None:
    card.showRange((0, 10), (0, 1))
    card.view.setRange(xRange=(2, 3), padding=0)
    card.view.sigRangeChangedManually.emit([True, False])
    card.showRange((0, 20), (0, 1))
    assert card.view.viewRange()[0] == pytest.approx([2, 3])
    card.fit()
    assert card.view.viewRange()[0] == pytest.approx([0, 20])


def test_note_and_readout_stay_inside(card: PlotCard) -> None:
    card.setNote("Nothing yet.", centre=True)
    assert card.note.isVisible()
    card.resize(500, 300)
    area = card.view.sceneBoundingRect()
    assert abs(card.note.geometry().center().x() - area.center().x()) < 3
    card.place_readout(QPointF(area.right() - 2, area.top()), "epoch 12")
    assert card.readout.geometry().right() <= area.right() + 1
    card.leave()
    card.setNote("")
    assert not card.note.isVisible()
    assert not card.readout.isVisible()


def test_theme_is_followed(qtbot: QtBot, qapp: QApplication, card: PlotCard) -> None:
    with qtbot.waitSignal(card.restyled):
        theme().apply(qapp, "dark")
    assert card.grab().toImage().pixelColor(200, 100).name() in (DARK.surface, DARK.grid)
    theme().apply(qapp, "light")


def test_title_can_be_hidden(card: PlotCard) -> None:
    assert card.title.toolTip() == "About the loss."
    card.setTitleVisible(False)
    assert not card.title.isVisible()
