"""The drawer at the bottom: a strip of tabs, and above it the page of the chosen tab, closed at first; its upper edge can be dragged."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

STRIP = 31
OPEN, LEAST = 250, 110  # pixels of a page: at first, and at least
SHARE = 0.34  # of the window that a page takes at first
REST = 506  # pixels of the window that the other parts need, so that nothing overlaps
ROOMY = 900  # pixels of a window where an open page takes nothing away from the picture
GRIP = 5  # pixels at the upper edge that can be dragged


class Grip(QWidget):
    """The upper edge of the drawer. Signal: moved(pixels upwards) while it is dragged."""

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(GRIP)
        self.setCursor(Qt.CursorShape.SplitVCursor)
        self.setToolTip("Drag to make the tables higher or lower.")
        self._at: QPointF | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self._at = event.globalPosition()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell how far the pointer has moved."""
        if self._at is not None:
            self.moved.emit(self._at.y() - event.globalPosition().y())
            self._at = event.globalPosition()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the drag."""
        self._at = None


class Drawer(QFrame):
    """Pages are (title, tooltip, widget). A click on the tab that is open closes the drawer.

    Signals: openChanged(bool); crowded(bool) when the open page and a low window leave little room to others, or no longer.
    """

    openChanged = Signal(bool)
    crowded = Signal(bool)

    def __init__(self, pages: Sequence[tuple[str, str, QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawer")
        self.stack = QStackedWidget()
        self._wanted: float | None = None  # the height that somebody has dragged the page to
        self.grip = Grip()
        self.grip.moved.connect(self._drag)
        self.grip.hide()
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
        column.addWidget(self.grip)
        column.addWidget(self.stack)
        column.addLayout(strip)
        self.stack.hide()
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the height of the window."""
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self._fit()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to follow the window."""
        super().showEvent(event)
        if self.window() is not self:
            self.window().installEventFilter(self)
        self._fit()

    def _fit(self) -> None:
        """Give the page the height that was dragged, or a share of the window."""
        room = self.window().height() if self.window() is not self else 800
        height = self._wanted if self._wanted is not None else min(SHARE * room, 1.6 * OPEN)
        self.stack.setFixedHeight(int(max(LEAST, min(height, room - REST))))
        self.crowded.emit(self.is_open() and room < ROOMY)

    def _drag(self, pixels: float) -> None:
        self._wanted = max(0.0, min(self.stack.height() + pixels, float(self.window().height())))
        self._fit()

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

    def toggle_titled(self, title: str) -> None:
        """Open the drawer at the page with this title, or close it if it is open there; an unknown title raises StopIteration."""
        button = next(button for button in self.group.buttons() if button.text() == title)
        self.show_page(None if button.isChecked() else self.group.id(button))

    def show_page(self, page: int | None) -> None:
        """Open the drawer at a page, or close it."""
        for button in self.group.buttons():
            button.setChecked(self.group.id(button) == page)
        if page is not None:
            self.stack.setCurrentIndex(page)
        self.stack.setVisible(page is not None)
        self.grip.setVisible(page is not None)
        self._fit()
        self.openChanged.emit(page is not None)


def _framed(table: QWidget) -> QWidget:
    page = QWidget()
    box = QVBoxLayout(page)
    box.setContentsMargins(12, 8 - GRIP, 12, 2)
    box.addWidget(table)
    return page
