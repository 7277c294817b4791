"""A field that offers a few named values: a combo box that knows keys, tells what each choice is, and ignores the wheel without focus."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from flux_gui.gui.theme import theme
from flux_gui.gui.widgets.fields import HEIGHT, WIDTH, mark_invalid

Item = tuple[str, str, str]  # key, label, tooltip
WIDEST = 172  # of a field with a long text
ROOM = 32  # what frame and triangle need beside the text
ROW, MOST_ROWS = 26, 14  # pixels of a row of the list; more rows than these scroll
EDGE = 8  # frame and padding of the list, both ends together
MARK = 40  # room for the tick beside the present choice, and its margins


class ChoiceRow(QStyledItemDelegate):
    """A row of the list: the stylesheet's look, and a tick at the present choice."""

    def __init__(self, box: QComboBox) -> None:
        super().__init__(box)
        self._box = box

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of every row."""
        return QSize(super().sizeHint(option, index).width(), ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint the row, then the tick."""
        super().paint(painter, option, index)
        if index.row() != self._box.currentIndex():
            return
        box: QRect = option.rect
        x, y = box.right() - 16.0, box.center().y() + 1.0
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().colours.accent), 1.8, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline([QPointF(x, y), QPointF(x + 3, y + 3), QPointF(x + 9, y - 4)])
        painter.restore()


class ChoiceField(QComboBox):
    """Signals: `valueChanged(str)` with the key, whenever another item is chosen by anything but `setValue`."""

    valueChanged = Signal(str)
    errorChanged = Signal(str)

    def __init__(self, items: Sequence[Item] = (), parent: QWidget | None = None, *, help_text: str = "") -> None:
        super().__init__(parent)
        self._help, self._error = help_text, ""
        self.elide = Qt.TextElideMode.ElideRight  # where a text is shortened that does not fit
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setItemDelegate(ChoiceRow(self))
        self.setMaxVisibleItems(MOST_ROWS)
        self.currentIndexChanged.connect(self._changed)
        self.setItems(items)
        self.setToolTip(help_text)

    def setItems(self, items: Sequence[Item]) -> None:
        """Offer these (key, label, tooltip); the value stays if it is still there."""
        before = self.value()
        with QSignalBlocker(self):
            self.clear()
            for key, label, tip in items:
                self.addItem(label, key)
                if tip:
                    self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
            if before:
                self.setCurrentIndex(max(0, self.findData(before)))
        self.updateGeometry()

    def value(self) -> str:
        """Return the key of the present choice, "" when there is none."""
        data = self.currentData()
        return "" if data is None else str(data)

    def setValue(self, key: str) -> None:
        """Choose `key` without emitting; a key that is not offered is shown as such, so that nothing changes silently."""
        index = self.findData(key)
        with QSignalBlocker(self):
            if index < 0:
                self.addItem(key, key)
                index = self.count() - 1
            self.setCurrentIndex(index)
        self._describe()
        self.updateGeometry()
        self.update()

    def error(self) -> str:
        """Return the sentence shown, "" when all is well."""
        return self._error

    def setError(self, sentence: str) -> None:
        """Mark the field as wrong, or clear that with ""."""
        changed = sentence != self._error
        self._error = sentence
        self._describe()
        if changed:
            self.errorChanged.emit(sentence)

    def setHelp(self, text: str) -> None:
        """Set the tooltip shown above the description of the present choice."""
        self._help = text
        self._describe()

    def _describe(self) -> None:
        chosen = self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole)
        about = f"{self.currentText()}: {chosen}" if chosen else ""
        mark_invalid(self, self._error, "\n\n".join(part for part in (self._help, about) if part))

    def _changed(self) -> None:
        self._describe()
        self.updateGeometry()
        self.valueChanged.emit(self.value())

    def showPopup(self) -> None:
        """Open the list below the field (above it where the screen ends), wide and high enough for all its rows."""
        super().showPopup()
        frame, metrics = self.view().window(), self.view().fontMetrics()
        rows = min(self.count(), MOST_ROWS)
        widest = max((metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0)
        width, height = max(self.width(), widest + MARK + EDGE), rows * ROW + EDGE
        at, screen = self.mapToGlobal(QPoint(0, self.height() + 1)), self.screen().availableGeometry()
        if at.y() + height > screen.bottom():
            at.setY(max(screen.top(), self.mapToGlobal(QPoint(0, 0)).y() - height - 1))
        at.setX(max(screen.left(), min(at.x(), screen.right() - width)))
        frame.setGeometry(QRect(at, QSize(width, height)))
        self.view().scrollTo(self.model().index(self.currentIndex(), 0))

    def sizeHint(self) -> QSize:
        """Return the size of every field, more for a long text; a quiet one is as wide as its text."""
        text = self.fontMetrics().horizontalAdvance(self.currentText()) + ROOM
        if self.property("quiet"):
            return QSize(max(48, text + 8), HEIGHT)
        return QSize(max(WIDTH, min(WIDEST, text + 2)), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the least useful size."""
        return QSize(64, HEIGHT)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Choose by the wheel only with the focus; otherwise let the page scroll."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box, its text shortened if need be, and a small triangle at its right end."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.fontMetrics().elidedText(option.currentText, self.elide, self.width() - ROOM)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().colours.muted if self.isEnabled() else theme().colours.border))
        x, y = self.width() - 14.0, self.height() / 2
        painter.drawPolygon(QPolygonF([QPointF(x - 3, y - 1.5), QPointF(x + 3, y - 1.5), QPointF(x, y + 2.5)]))
