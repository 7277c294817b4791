"""The edges into one layer: coloured by any matrix, found by row and column, and by what is near."""

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from flux_gui.gui.diagram.edges import Gap, distances
from flux_gui.gui.diagram.layout import arrange
from flux_gui.gui.diagram.scene import NetworkScene
from networks import network


def gap(sizes: tuple[int, ...] = (2, 3)) -> tuple[NetworkScene, Gap]:
    picture = network(sizes)
    scene = NetworkScene()
    scene.build(picture, arrange(picture, 656, 600, 76, 80))
    return scene, scene._gaps[0]


def test_edges_are_found_by_place_and_by_row_and_column(qapp: QApplication) -> None:
    _scene, edges = gap()
    x, y = edges.points[2][12]
    found = edges.nearest(QPointF(x, y), 7.0)
    assert found is not None
    assert found[0] < 1e-6
    assert edges.find(*edges.place(found[1])) is edges.items[found[1]]
    assert edges.find(9, 9) is None
    assert edges.nearest(QPointF(x, y + 500), 7.0) is None


def test_values_of_anything_colour_them(qapp: QApplication) -> None:
    scene, edges = gap()
    edges.show(np.array([[1.0, -1.0], [0.0, 0.5], [1.0, 1.0]]), scene._pens, 1.0, "g")
    negative = edges.find(0, 1)
    positive = edges.find(0, 0)
    assert negative is not None
    assert positive is not None
    assert negative.pen().dashPattern()
    assert negative.pen().color() != positive.pen().color()
    edges.show(None, scene._pens, 1.0, "g")
    assert negative.pen() == positive.pen()


def test_distances_to_lines() -> None:
    points = np.array([[[0.0, 0.0], [10.0, 0.0]], [[0.0, 5.0], [10.0, 5.0]]])
    assert distances(points, np.array([5.0, 1.0])).tolist() == [1.0, 4.0]
