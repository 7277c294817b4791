"""Items of the scene: curves that meet their ends, text that can be read, nodes that repaint only for news."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsScene
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram.items import NodeItem, SlabItem, TextItem, cubic, cubic_points, paint_bias, paint_mark, readable_on
from flux_gui.gui.diagram.thumbs import Thumb, thumbs
from unit_values import pictures_of_maps


def test_points_lie_on_the_curve(qapp: QApplication) -> None:
    start, end = QPointF(0, 0), QPointF(100, 60)
    path, points = cubic(start, end), cubic_points(start, end)
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [100, 60]
    for i, t in enumerate(np.linspace(0, 1, 25)):
        place = path.elementAt(0)
        assert place.isMoveTo()
        assert points[i, 1] == pytest.approx(60 * (3 * t**2 - 2 * t**3))


def test_text_on_fills() -> None:
    assert readable_on(QColor("#2166ac")).name() == "#ffffff"
    assert readable_on(QColor("#f7f7f7")).name() == "#14171c"


def test_node_and_text_paint(qtbot: QtBot) -> None:
    scene = QGraphicsScene()
    node, text = NodeItem(0, 0, 60, "x"), TextItem("w = 1", tag=True)
    scene.addItem(node)
    scene.addItem(text)
    node.show_value(QColor("#2166ac"), "b")
    assert node.text == "b"
    wide = text.boundingRect().width()
    text.setText("w = 0.9066542", "danger")
    assert text.boundingRect().width() > wide
    assert (text.text(), text.role) == ("w = 0.9066542", "danger")


def test_a_slab_paints_its_name(qtbot: QtBot) -> None:
    scene = QGraphicsScene()
    slab = SlabItem(20, 112, "Dropout 0.5")
    scene.addItem(slab)
    image = QImage(40, 140, QImage.Format.Format_ARGB32)
    for chosen in (False, True):
        slab.selected = chosen
        image.fill(0)
        painter = QPainter(image)
        scene.render(painter)
        painter.end()
        assert image.pixelColor(20, 70).alpha() > 0
    assert slab.boundingRect().height() > slab.boundingRect().width()


def test_a_node_shows_picture_bias_and_mark(qtbot: QtBot) -> None:
    pictures = pictures_of_maps({0: (0,)}, "dead")
    thumb = thumbs(pictures, pictures.layers[0])[0]

    def image(shown: Thumb | None, bias: int) -> QImage:
        node = NodeItem(1, 0, 40)
        node.show_thumb(shown)
        node.show_value(QColor("#2166ac"), "", bias)
        made = QImage(60, 60, QImage.Format.Format_ARGB32)
        made.fill(QColor("white"))
        painter = QPainter(made)
        painter.translate(30, 30)
        node.paint(painter, None)  # type: ignore[arg-type]  # it is not looked at
        painter.end()
        return made

    plain, mapped, signed = image(None, 0), image(thumb, 0), image(thumb, -1)
    assert plain.pixelColor(30, 30).name() == "#2166ac"
    assert mapped.pixelColor(16, 30).red() > mapped.pixelColor(16, 30).blue()
    assert mapped.pixelColor(44, 30).blue() > mapped.pixelColor(44, 30).red()
    assert mapped.pixelColor(49, 6) != plain.pixelColor(49, 6)  # the cross
    assert signed.copy(4, 44, 14, 14) != mapped.copy(4, 44, 14, 14)


@pytest.mark.parametrize("mark", ["dead", "saturated"])
@pytest.mark.parametrize("side", [12.0, 20.0, 40.0])
def test_marks_fit_any_node(qtbot: QtBot, mark: str, side: float) -> None:
    image = QImage(60, 60, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.translate(30, 30)
    node = NodeItem(1, 0, side)
    paint_mark(painter, node.box, mark)
    paint_bias(painter, node.box, QColor("#b35806"), 1)
    painter.end()
    assert any(image.pixelColor(x, y).alpha() for x in range(60) for y in range(60))
