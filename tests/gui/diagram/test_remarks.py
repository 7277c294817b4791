"""Signs of problems: beside their layer, with a card that says and mends, and none where nothing is wrong."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram import NetworkView
from flux_gui.gui.diagram.remarks import Remark
from networks import network

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot) -> NetworkView:
    made = NetworkView()
    qtbot.addWidget(made)
    made.resize(656, 600)
    made.show()
    made.setNetwork(network((2, 8, 8, 1), outputs=("y",)))
    return made


def test_a_sign_opens_a_card_and_the_card_mends(qtbot: QtBot, view: NetworkView) -> None:
    done: list[str] = []
    remarks = [
        Remark("warning", "It is narrow.", "Widen it.", "Use 8", lambda: done.append("8")),
        Remark("error", "It cannot be.", "Think."),
    ]
    view.remarks.set_remarks({"layer1": remarks, "layer2": []})
    assert list(view.remarks.signs) == ["layer1"]
    sign = view.remarks.signs["layer1"]
    assert sign.isVisible()
    assert "narrow" in sign.accessibleName()
    assert view.viewport().rect().contains(sign.geometry())
    title = view.title_place("layer1")
    assert title is not None
    assert abs(sign.geometry().center().x() - title.x()) < 70
    QApplication.sendEvent(
        sign, QEnterEvent(sign.rect().center().toPointF(), sign.rect().center().toPointF(), sign.rect().center().toPointF())
    )
    card = view.remarks.card
    assert card.isVisible()
    assert [label.text() for label in card.findChildren(QLabel) if label.isVisible()] == [
        "It is narrow.",
        "Widen it.",
        "It cannot be.",
        "Think.",
    ]
    assert view.viewport().rect().contains(card.geometry())
    qtbot.mouseClick(card.findChild(QPushButton, "remark.mend.0"), LEFT)
    assert done == ["8"]
    assert not card.isVisible()
    view.remarks.set_remarks({})
    assert view.remarks.signs == {}


def test_the_card_goes_when_the_pointer_has_gone_and_with_esc(qtbot: QtBot, view: NetworkView) -> None:
    view.remarks.set_remarks({"layer0": [Remark("warning", "So.", "", "Mend", lambda: None)]})
    sign, card = view.remarks.signs["layer0"], view.remarks.card
    view.remarks.open("layer0")
    QApplication.sendEvent(sign, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not card.isVisible(), timeout=2000)
    qtbot.mouseClick(sign, LEFT)
    assert card.isVisible()
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    view.remarks.open("nothing")
    assert not card.isVisible()


def test_signs_follow_their_layers(view: NetworkView) -> None:
    view.remarks.set_remarks({"layer0": [Remark("warning", "So.")]})
    sign = view.remarks.signs["layer0"]
    for size in ((656, 600), (420, 320), (1100, 800)):
        view.resize(*size)
        title = view.title_place("layer0")
        assert title is not None
        assert abs(sign.geometry().center().x() - title.x()) < 70
        assert not sign.geometry().intersects(view._controls["layer0"].pill.geometry())
    view.setNetwork(network((2, 1)))
    view.remarks.set_remarks({})
    assert not sign.isVisible()


def test_an_open_card_says_what_is_true_now_and_a_click_elsewhere_closes_it(qtbot: QtBot, view: NetworkView) -> None:
    view.remarks.set_remarks({"layer0": [Remark("warning", "Narrow.", "", "Use 8", lambda: None)]})
    view.remarks.open("layer0")
    card = view.remarks.card
    view.remarks.set_remarks({"layer0": [Remark("warning", "Narrow.", "", "Use 5", lambda: None)]})
    assert [button.text() for button in card.findChildren(QPushButton) if button.isVisible()] == ["Use 5"]
    same = card.parts[-1]
    view.remarks.set_remarks({"layer0": [Remark("warning", "Narrow.", "", "Use 5", lambda: None)]})
    assert card.parts[-1] is same
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.viewport().rect().bottomLeft())
    assert not card.isVisible()
