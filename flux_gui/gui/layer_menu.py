"""The menu of layer kinds that can be added, made from the registry."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from flux_gui.engine.models import LAYERS
from flux_gui.gui.setting_fields import about


def layer_menu(parent: QWidget, chosen: Callable[[str], object], name: str, without: Sequence[str] = ()) -> QMenu:
    """Return a menu of all kinds of layers but `without`; `chosen(kind)` is called with the name of the one that is wanted.

    Its entries are called `name`.<kind>.
    """
    menu = QMenu(parent)
    menu.setObjectName(name)
    menu.setToolTipsVisible(True)
    for entry in LAYERS.in_window():
        if entry.name not in without:
            action = menu.addAction(entry.label)
            action.setObjectName(f"{name}.{entry.name}")
            action.setToolTip(about(entry))
            action.triggered.connect(lambda _on=False, kind=entry.name: chosen(kind))
    return menu


def open_below(menu: QMenu, widget: QWidget) -> None:
    """Open `menu` below `widget`; it is gone once it is closed."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(widget.mapToGlobal(QPoint(0, widget.height() + 2)))
