"""Pens of edges: colour by the weight on the shown scale, width by its strength in the layer, dashes for negative ones. Made once each."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from flux_gui.gui.theme import Colours

TONES = 32  # steps of colour on either side of zero
GAMMA = 0.6  # lifts small values, so that one large weight does not bleach all others; the key shows the same law
WIDTHS = 14  # steps of width
Floats = NDArray[np.floating]


class Pens:
    """A table of pens in one set of colours, up to `widest` pixels."""

    def __init__(self, colours: Colours, widest: float) -> None:
        self._colours, self._widest = colours, widest
        self._made: dict[int, QPen] = {}

    @staticmethod
    def codes(values: Floats, limit: float, strong: float) -> NDArray[np.intp]:
        """Return one whole number per weight that stands for its pen; `limit` ends the colours, `strong` is the widest weight."""
        clean = np.nan_to_num(np.asarray(values, float), posinf=limit, neginf=-limit)
        tone = np.clip(np.rint(clean / (limit or 1.0) * TONES), -TONES, TONES)
        width = np.clip(np.rint(np.abs(clean) / (strong or 1.0) * (WIDTHS - 1)), 0, WIDTHS - 1)
        negative = clean < 0
        codes: NDArray[np.intp] = ((tone + TONES) * (2 * WIDTHS) + width * 2 + negative).astype(np.intp)
        return codes

    def pen(self, code: int) -> QPen:
        """Return the pen of `code`."""
        pen = self._made.get(code)
        if pen is None:
            pen = self._made[code] = self._make(code)
        return pen

    def _make(self, code: int) -> QPen:
        rest, negative = divmod(code, 2)
        tone, width = divmod(rest, WIDTHS)
        pixels = 1.0 + (self._widest - 1.0) * width / (WIDTHS - 1)
        pen = QPen(shade(self._colours, (tone - TONES) / TONES), pixels)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if negative:
            pen.setDashPattern([6.0 / pixels, 3.0 / pixels])
        return pen


def shade(colours: Colours, ratio: float) -> QColor:
    """Return the colour of a value that is `ratio` (-1..1) of the largest shown."""
    return colours.colour_at(float(np.sign(ratio)) * abs(ratio) ** GAMMA)


def strong_value(weight: Floats) -> float:
    """Return the 95th percentile of |weight|, 1 for an empty or zero layer."""
    size = np.abs(weight).ravel()
    size = size[np.isfinite(size)]
    if not size.size:
        return 1.0
    place = round(0.95 * (size.size - 1))
    return float(np.partition(size, place)[place]) or float(size.max()) or 1.0
