"""Small pictures of neurons: the right way up, in the theme's colours, painted without a warning."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from flux_gui.gui.diagram.thumbs import Thumb, maps, paint_bar, paint_curve, paint_image, palette, thumbs, tints
from flux_gui.gui.theme import DARK, LIGHT
from unit_values import bars, curves, pictures_of_maps


def painted(paint: object) -> QImage:
    image = QImage(60, 60, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint(painter)  # type: ignore[operator]
    painter.end()
    return image


def test_colours_run_from_end_to_end(qapp: QApplication) -> None:
    for colours in (LIGHT, DARK):
        found = palette(colours)
        assert len(found) == len(tints(colours)) == 256
        assert found[1].name() == colours.diverging[0]
        assert found[128].name() == colours.diverging[4]
        assert found[255].name() == colours.diverging[-1]


def test_the_lowest_row_is_at_the_bottom(qapp: QApplication) -> None:
    codes = np.full((1, 4, 4), 128, np.uint8)
    codes[0, 0, 3] = 255
    (image,) = maps(codes, LIGHT)
    assert image.pixelColor(3, 3).name() == LIGHT.diverging[-1]
    assert image.pixelColor(3, 0).name() == LIGHT.diverging[4]


def test_every_unit_gets_its_own(qapp: QApplication) -> None:
    pictures = pictures_of_maps({0: (2, 5)})
    made = thumbs(pictures, pictures.layers[0])
    assert set(made) == {2, 5}
    assert all(thumb.image is not None for thumb in made.values())
    curve = curves({0: (1,)})
    assert thumbs(curve, curve.layers[0])[1].curve is not None
    bar = bars({0: (1,)})
    thumb = thumbs(bar, bar.layers[0])[1]
    assert thumb.low < thumb.mean < thumb.high
    assert thumb.chosen == pytest.approx(0.5)


def test_what_is_painted_can_be_seen(qapp: QApplication) -> None:
    box = QRectF(10, 10, 40, 40)
    (image,) = maps(np.full((1, 8, 8), 255, np.uint8), LIGHT)
    shown = painted(lambda painter: paint_image(painter, box, image))
    assert shown.pixelColor(30, 30).name() == LIGHT.diverging[-1]
    assert shown.pixelColor(10, 10).name() != LIGHT.diverging[-1]  # the corner is round
    line = painted(lambda painter: paint_curve(painter, box, np.linspace(-1, 1, 33), 0.0))
    assert line.pixelColor(45, 25).blue() > line.pixelColor(45, 25).red()
    assert line.pixelColor(14, 35).red() > line.pixelColor(14, 35).blue()
    bar = painted(lambda painter: paint_bar(painter, box, Thumb(mean=0.5, low=0.2, high=0.8, chosen=-0.5)))
    assert bar.pixelColor(30, 25).blue() > bar.pixelColor(30, 25).red()
