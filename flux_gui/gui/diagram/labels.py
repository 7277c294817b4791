"""How wide the words of the diagram are: room beside the outer columns, and titles that fit above theirs."""

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from flux_gui.gui.diagram.layout import NARROW, SINGLE, Arrangement, slabs_width
from flux_gui.gui.diagram.picture import NetworkPicture
from flux_gui.gui.theme import base_font

MOST = 18  # characters of a name
BUTTON = 30.0  # what a button between two titles takes


def shortened(name: str, most: int = MOST) -> str:
    """Return a name in at most so many characters."""
    return name if len(name) <= most else name[: most - 1] + "\u2026"


def margins(picture: NetworkPicture) -> tuple[float, float]:
    """Return the room that names need at the left of the inputs and at the right of the outputs, with half a node and air."""
    single = max(picture.units) == 1
    metrics = QFontMetricsF(base_font(13 if single else 11))
    left = max((metrics.horizontalAdvance(shortened(name)) for name in picture.inputs), default=0.0)
    right = max((metrics.horizontalAdvance(shortened(name)) for name in picture.outputs), default=0.0)
    half = SINGLE / 2 if single else 36.0
    return max(76.0, left + half + 18.0), max(84.0, right + half + 22.0 + slabs_width(picture, len(picture.layers)))


def title_room(plan: Arrangement) -> float:
    """Return how wide a title may be so that it touches neither its neighbours nor the buttons between them."""
    return plan.step - (BUTTON if plan.step >= NARROW else 6.0)


@lru_cache(maxsize=2048)
def fitted(title: str, room: float, size: int) -> str:
    """Return a title that is at most `room` wide: whole, without its first word, or cut in the middle."""
    metrics = QFontMetricsF(base_font(size, QFont.Weight.DemiBold))
    short = title.partition(" ")[2]
    for text in (title, short):
        if text and metrics.horizontalAdvance(text) <= room:
            return text
    return metrics.elidedText(short or title, Qt.TextElideMode.ElideMiddle, room)
