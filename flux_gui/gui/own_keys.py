"""Keys that a table keeps to itself: Del in a table of numbers must not remove the layer that is selected in the picture."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

KEPT = (Qt.Key.Key_Delete,)


class OwnKeys(QObject):
    """Keeps these keys from the shortcuts of the window while one of its tables has the focus."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        for table in window.findChildren(QAbstractItemView):
            table.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Claim the key before a shortcut is looked for."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in KEPT:
            event.accept()
            return True
        return False
