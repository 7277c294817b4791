"""The order in which Tab goes through the window: part by part, each read like a page or column by column."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

Order = Callable[[QWidget, QWidget], tuple[int, ...]]
Part = tuple[QWidget, Order]
LINE = 12  # pixels by which two things may differ in height and still stand in one line


def by_line(part: QWidget, widget: QWidget) -> tuple[int, ...]:
    """Order from top to bottom, and from left to right in a line."""
    middle = widget.mapTo(part, widget.rect().center())
    return middle.y() // LINE, middle.x()


def by_column(part: QWidget, widget: QWidget) -> tuple[int, ...]:
    """Order from left to right by what hangs together, and inside that by line."""
    group = widget
    while (above := group.parentWidget()) is not None and above.parentWidget() is not part and above is not part:
        group = above
    return group.mapTo(part, group.rect().center()).x(), *by_line(part, widget)


def stops(parts: Sequence[Part]) -> list[QWidget]:
    """Return everything that Tab stops at, in order; what is hidden, disabled or off is passed over."""
    found: list[QWidget] = []
    for part, order in parts:
        inside = [widget for widget in (part, *part.findChildren(QWidget)) if _takes_tab(widget)]
        found += sorted(inside, key=lambda widget: order(part, widget) if widget is not part else ())
    return found


def neighbour(parts: Sequence[Part], now: QWidget | None, forward: bool) -> QWidget | None:
    """Return the stop after (or before) `now`; from anywhere else the first (or last) one."""
    every = stops(parts)
    if not every:
        return None
    if now is None or now not in every:
        return every[0 if forward else -1]
    return every[(every.index(now) + (1 if forward else -1)) % len(every)]


def _takes_tab(widget: QWidget) -> bool:
    wanted = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return wanted and widget.isVisible() and widget.isEnabled() and not widget.isWindow()
