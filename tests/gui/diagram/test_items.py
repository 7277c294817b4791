"""Items of the scene: curves that meet their ends, text that can be read, nodes that repaint only for news."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsScene
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram.items import NodeItem, SlabItem, TextItem, cubic, cubic_points, readable_on


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
