"""Long menus: of very many choices the first stand in the menu itself, the rest below further entries, filled when they are opened."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QMenu

T = TypeVar("T")

MOST = 30  # choices in one menu


def add_in_parts(
    menu: QMenu, choices: Sequence[T], add: Callable[[QMenu, Sequence[T]], object], name: Callable[[T], str], first: int = 1
) -> None:
    """Let `add(menu, some)` put all choices into `menu` or, of more than MOST, into menus below it; `first` is the number of the first."""
    add(menu, choices[:MOST])
    rest = choices[MOST:]
    if not rest:
        return
    menu.addSeparator()
    size = max(MOST, -(-len(rest) // MOST))
    for start in range(0, len(rest), size):
        some, number = rest[start : start + size], first + MOST + start
        span = f"{number} to {number + len(some) - 1}" if len(some) > 1 else f"{number}"
        below = menu.addMenu(f"{span}   ({_ends(name(some[0]), name(some[-1]))})")
        below.setObjectName(f"{menu.objectName()}.{number}")
        below.setToolTipsVisible(menu.toolTipsVisible())
        below.aboutToShow.connect(
            lambda below=below, some=some, number=number: None if below.actions() else add_in_parts(below, some, add, name, number)
        )


def _ends(first: str, last: str) -> str:
    return f"{_cut(first)} \u2026 {_cut(last)}" if first != last else _cut(first)


def _cut(name: str) -> str:
    return (name if len(name) <= 16 else f"{name[:15]}\u2026").replace("&", "&&")
