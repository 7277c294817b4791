"""Looks of classes: told apart by colour and by shape; pictures in the right order and without holes."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from flux_gui.gui.plots import class_look
from flux_gui.gui.theme import DARK, LIGHT


def test_two_classes_are_the_ends_of_the_scale(qapp: QApplication) -> None:
    assert class_look.class_colour(0, 2) == LIGHT.classes[1]
    assert class_look.class_colour(1, 2) == LIGHT.classes[0]
    assert [class_look.class_shape(index) for index in range(2)] == ["o", "t1"]


def test_up_to_ten_classes_differ(qapp: QApplication) -> None:
    looks = {(class_look.class_colour(index, 10), class_look.class_shape(index)) for index in range(10)}
    assert len(looks) == 10


@pytest.mark.parametrize("shape", class_look.SHAPES)
def test_every_shape_is_drawn(qapp: QApplication, shape: str) -> None:
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    class_look.draw_shape(painter, shape, QPointF(10, 10), 6, QColor("#ff0000"), QColor("#ffffff"))
    painter.end()
    assert image.pixelColor(10, 10).red() > 200
    assert image.pixelColor(10, 10).green() < 100


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_certain_places_show_their_class(qapp: QApplication, colours: object) -> None:
    chances = np.zeros((2, 2, 3), np.float32)
    chances[0, :, 0] = 1.0
    chances[1, :, 1] = 1.0
    chances[1, 1] = np.nan
    pixels = class_look.picture_of_classes(chances, colours)  # type: ignore[arg-type]
    assert pixels.shape == (2, 2, 3)
    assert pixels[0, 0, 2] > pixels[0, 0, 0]  # blue
    assert pixels[1, 0, 0] > pixels[1, 0, 2]  # orange
    image = class_look.image_of(pixels)
    assert image.pixelColor(0, 1).blue() == pixels[0, 0, 2]  # the first row of places is the lowest of the image


def test_numbers_run_along_the_scale(qapp: QApplication) -> None:
    pixels = class_look.picture_of_numbers(np.array([[-5.0, 0.0], [1.0, np.nan]], np.float32), -1.0, 1.0, LIGHT)
    assert pixels[0, 0, 0] > pixels[0, 0, 2]
    assert pixels[1, 0, 2] > pixels[1, 0, 0]
    assert np.array_equal(pixels[0, 1], pixels[1, 1])
