"""The card over the network while a file is read, and the place to drop a file on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.loading import Loading
from flux_gui.gui.loading_card import DropPlace, LoadingCard


def place(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(700, 500)
    widget.show()
    return widget


def test_it_appears_after_a_while_and_goes(qtbot: QtBot) -> None:
    card, loading = LoadingCard(place(qtbot)), Loading("big.csv")
    card.follow(loading)
    assert not card.isVisible()  # most files are read before anybody could read about it
    qtbot.waitUntil(card.isVisible)
    loading.tell(0.25, "row 1 000")
    assert (card.line.value(), card.share.text(), card.detail.text()) == (0.25, "25%", "row 1 000")
    loading.tell(None, "Preparing")
    assert card.share.text() == ""
    card.done()
    assert not card.isVisible()
    loading.tell(0.5, "nobody listens")


def test_cancel(qtbot: QtBot) -> None:
    card, loading = LoadingCard(place(qtbot)), Loading("big.csv")
    card.follow(loading)
    qtbot.waitUntil(card.isVisible)
    with qtbot.waitSignal(card.cancelled):
        qtbot.mouseClick(card.stop, Qt.MouseButton.LeftButton)
    assert loading.cancelled
    assert not card.stop.isEnabled()
    card.done()


def test_the_rest_of_the_time_is_estimated(qtbot: QtBot) -> None:
    card = LoadingCard(place(qtbot))
    card.follow(Loading("big.csv"))
    card._since -= 10.0
    assert card._left(0.5) == "about 10 s left"
    assert card._left(0.01) == ""
    assert card._left(0.99) == "almost done"
    assert card._left(0.05).endswith("min left")
    card.done()


def test_the_drop_place_covers_the_window(qtbot: QtBot) -> None:
    window = place(qtbot)
    drop = DropPlace(window)
    drop.show_text("Drop to use a.csv as data")
    assert drop.isVisible()
    assert drop.size() == window.size()
    drop.grab()
