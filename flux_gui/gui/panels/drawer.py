"""The drawer at the bottom: a strip of tabs, and above it the page of the chosen tab, closed at first."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

STRIP = 31
OPEN = 190


class Drawer(QFrame):
    """Pages are (title, tooltip, widget). Signals: openChanged(bool). A click on the tab that is open closes the drawer."""

    openChanged = Signal(bool)

    def __init__(self, pages: Sequence[tuple[str, str, QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawer")
        self.stack = QStackedWidget()
        self.stack.setFixedHeight(OPEN)
        self.group = QButtonGroup(self)
        self.group.setExclusive(False)
        strip = QHBoxLayout()
        strip.setContentsMargins(8, 2, 8, 2)
        strip.setSpacing(2)
        for number, (text, tip, page) in enumerate(pages):
            self.stack.addWidget(_framed(page))
            strip.addWidget(self._tab(number, text, tip))
        strip.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack)
        column.addLayout(strip)
        self.stack.hide()

    def _tab(self, number: int, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"drawer.{text.lower()}")
        button.setProperty("flat", True)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setFixedHeight(STRIP - 5)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda checked, page=number: self.show_page(page if checked else None))
        self.group.addButton(button, number)
        return button

    def is_open(self) -> bool:
        """Return whether a table is shown."""
        return not self.stack.isHidden()

    def toggle(self) -> None:
        """Open the drawer at its last page, or close it."""
        self.show_page(None if self.is_open() else max(self.stack.currentIndex(), 0))

    def show_page(self, page: int | None) -> None:
        """Open the drawer at a page, or close it."""
        for button in self.group.buttons():
            button.setChecked(self.group.id(button) == page)
        if page is not None:
            self.stack.setCurrentIndex(page)
        self.stack.setVisible(page is not None)
        self.openChanged.emit(page is not None)


def _framed(table: QWidget) -> QWidget:
    page = QWidget()
    box = QVBoxLayout(page)
    box.setContentsMargins(12, 8, 12, 2)
    box.addWidget(table)
    return page
