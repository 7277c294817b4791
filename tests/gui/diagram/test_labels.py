"""Words of the diagram: no two overlap, none lies on a node, none is smaller than nine pixels, in any network and window."""

import itertools

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram import NetworkView
from flux_gui.gui.diagram.items import LEAST, NodeItem, TextItem
from flux_gui.gui.diagram.labels import fitted, margins, shortened, title_room
from flux_gui.gui.diagram.layout import arrange
from flux_gui.gui.theme import base_font
from networks import network

NETS: dict[str, tuple[int, ...]] = {
    "line": (1, 1),
    "xor": (2, 4, 1),
    "spiral": (2, 8, 8, 1),
    "iris": (4, 16, 3),
    "digits": (64, 32, 10),
    "large": (784, 512, 512, 10),
    "wide": (100, 4096, 4096, 100),
    "deep": (2, *[8] * 39, 1),
    "twelve": (12,) * 12,
}


def shown(bot: QtBot, sizes: tuple[int, ...], width: int, height: int) -> NetworkView:
    view = NetworkView()
    bot.addWidget(view)
    view.resize(width, height)
    names = tuple(f"a long name of input {i}" for i in range(sizes[0])) if sizes[0] < 100 else ()
    view.setNetwork(network(sizes, inputs=names, outputs=tuple(f"class number {i}" for i in range(sizes[-1]))))
    view.show()
    return view


def texts(view: NetworkView) -> list[tuple[str, QRectF]]:
    found = [item for item in view.scene().items() if isinstance(item, TextItem) and item.text()]
    assert all(item.font.pixelSize() >= LEAST for item in found)
    return [(item.text(), item.boundingRect().translated(item.pos()).adjusted(1, 1, -1, -1)) for item in found]


@pytest.mark.parametrize("room", [(400, 300), (652, 520), (1600, 900)])
@pytest.mark.parametrize("name", NETS)
def test_no_word_lies_on_another_or_on_a_node(qtbot: QtBot, name: str, room: tuple[int, int]) -> None:
    view = shown(qtbot, NETS[name], *room)
    words = texts(view)
    assert not [(a, b) for (a, one), (b, two) in itertools.combinations(words, 2) if one.intersects(two)]
    nodes = [item.box.translated(item.pos()) for item in view.scene().items() if isinstance(item, NodeItem)]
    assert not [a for (a, one), node in itertools.product(words, nodes) if one.intersects(node)]
    whole = view.sceneRect()
    assert not [a for a, one in words if not whole.contains(one)]
    direct = view.viewport().findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    fields = [QRectF(child.geometry()) for child in direct if child.isVisible()]
    own = [field for field in fields if field.intersects(QRectF(view.viewport().rect()))]
    on_screen = [(a, QRectF(view.mapFromScene(one).boundingRect())) for a, one in words]
    assert not [a for (a, one), field in itertools.product(on_screen, own) if one.intersects(field)]
    assert not [(one, two) for one, two in itertools.combinations(own, 2) if one.intersects(two)]


def test_words_that_would_be_too_small_are_left_out(qtbot: QtBot) -> None:
    item = TextItem("Dense", size=10)
    for scale, seen in ((1.0, True), (0.8, False)):
        image = QImage(80, 40, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.translate(40, 20)
        painter.scale(scale, scale)
        item.paint(painter, None)  # type: ignore[arg-type]  # it is not looked at
        painter.end()
        assert any(image.pixelColor(x, y).alpha() for x in range(80) for y in range(40)) is seen


def test_titles_fit(qtbot: QtBot) -> None:
    metrics = QFontMetricsF(base_font(9, QFont.Weight.DemiBold))
    assert fitted("Dense 2 \u21d2 8", 200.0, 9) == "Dense 2 \u21d2 8"
    narrow = fitted("Dense 4096 \u21d2 4096", 88.0, 9)
    assert "4096 \u21d2 4096" in narrow
    assert metrics.horizontalAdvance(fitted("Dense 4096 \u21d2 4096", 40.0, 9)) <= 40
    picture = network((2,) * 8)
    assert title_room(arrange(picture, 656, 600, 76, 80)) < title_room(arrange(picture, 3000, 600, 76, 80))


def test_names_get_room(qtbot: QtBot) -> None:
    short, long = (margins(network((2, 3, 1), inputs=names)) for names in (("a", "b"), ("a very long name", "b")))
    assert long[0] > short[0]
    assert shortened("a name that is much too long") == "a name that is mu\u2026"
