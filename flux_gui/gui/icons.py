"""Icons: our own line drawings in resources/icons, painted in the colours of the theme and repainted when it changes."""

import weakref
from functools import cache
from typing import Any

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from flux_gui.core.paths import resource
from flux_gui.gui.theme import theme

SIZES = (16, 20, 24, 32)
_bound: list[tuple["weakref.ref[Any]", str, str]] = []
_listening = False


def names() -> list[str]:
    """Return the names of all icons there are."""
    return sorted(path.stem for path in resource("icons").glob("*.svg"))


def icon(name: str, role: str = "text") -> QIcon:
    """Return the icon `name` in the theme's present colour `role` (a field of Colours); unknown names raise KeyError."""
    colours = theme().colours
    return _icon(name, getattr(colours, role), colours.control)


def bind(target: Any, name: str, role: str = "text") -> None:
    """Give `target` (anything with setIcon) the icon `name`, now and after every change of theme."""
    global _listening
    if not _listening:
        theme().changed.connect(_repaint)
        _listening = True
    _bound[:] = [entry for entry in _bound if entry[0]() is not None and entry[0]() is not target]
    _bound.append((weakref.ref(target), name, role))
    target.setIcon(icon(name, role))


def pixmap(name: str, colour: str, size: int = 16, ratio: float = 2.0) -> QPixmap:
    """Return the drawing `name` in one colour, `size` logical pixels square."""
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    image = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


@cache
def _source(name: str) -> str:
    path = resource("icons", f"{name}.svg")
    if not path.is_file():
        raise KeyError(f"no icon '{name}'; there are {', '.join(names())}")
    return path.read_text(encoding="utf-8")


@cache
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    result = QIcon()
    for size in SIZES:
        for ratio in (1.0, 2.0):
            result.addPixmap(pixmap(name, colour, size, ratio), QIcon.Mode.Normal)
            result.addPixmap(pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return result


def _repaint() -> None:
    for reference, name, role in list(_bound):
        target = reference()
        if target is not None:
            try:
                target.setIcon(icon(name, role))
            except RuntimeError:  # the Qt object behind the Python one is gone
                _bound[:] = [entry for entry in _bound if entry[0] is not reference]
