"""A number by hand: a slider over the usual range and a field for every value, side by side and always alike."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from flux_gui.gui.theme import theme
from flux_gui.gui.widgets.fields import HEIGHT
from flux_gui.gui.widgets.number_field import NumberField

KNOB, FIELD = 7.0, 66
FINE = 100  # steps of the keyboard across the whole slider


class Slider(QWidget):
    """A knob on a line, its place from 0 to 1. Signals: `moved(float)` while it is dragged, `released()` after a drag or a step."""

    moved = Signal(float)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place, self._held = 0.0, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def place(self) -> float:
        """Return where the knob is, from 0 to 1."""
        return self._place

    def setPlace(self, place: float) -> None:
        """Show the knob at `place`, without emitting; a knob that is held stays in the hand."""
        if not self._held:
            self._put(place)

    def isHeld(self) -> bool:
        """Return whether the mouse holds the knob."""
        return self._held

    def sizeHint(self) -> QSize:
        """Return the usual size."""
        return QSize(80, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the least useful size."""
        return QSize(36, HEIGHT)

    def _put(self, place: float) -> bool:
        before, self._place = self._place, min(1.0, max(0.0, place))
        if before != self._place:
            self.update()
        return before != self._place

    def _at(self, event: QMouseEvent) -> float:
        return (event.position().x() - KNOB) / max(1.0, self.width() - 2 * KNOB)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the knob to the pointer and hold it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            if self._put(self._at(event)):
                self.moved.emit(self._place)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the knob that is held."""
        if self._held and self._put(self._at(event)):
            self.moved.emit(self._place)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let the knob go."""
        if self._held:
            self._held = False
            self.update()
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by small steps with the arrow keys, by large ones with the page keys, to the ends with Home and End."""
        small, large = 1 / FINE, 10 / FINE
        step = {
            Qt.Key.Key_Left: -small,
            Qt.Key.Key_Down: -small,
            Qt.Key.Key_Right: small,
            Qt.Key.Key_Up: small,
            Qt.Key.Key_PageUp: large,
            Qt.Key.Key_PageDown: -large,
            Qt.Key.Key_Home: -1.0,
            Qt.Key.Key_End: 1.0,
        }.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif self._put(self._place + step):
            self.moved.emit(self._place)
            self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line, its part below the value, and the knob."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        x = KNOB + self._place * (self.width() - 2 * KNOB)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.track))
        painter.drawRoundedRect(QRectF(KNOB / 2, middle - 2, self.width() - KNOB, 4), 2, 2)
        painter.setBrush(QColor(c.accent))
        painter.drawRoundedRect(QRectF(KNOB / 2, middle - 2, x - KNOB / 2, 4), 2, 2)
        lively = self._held or self.hasFocus()
        painter.setPen(QPen(QColor(c.accent), 2.0 if lively else 1.5))
        painter.setBrush(QColor(c.accent if self._held else c.surface))
        painter.drawEllipse(QPointF(x, middle), KNOB - (0.5 if lively else 1.5), KNOB - (0.5 if lively else 1.5))


class SliderField(QWidget):
    """The slider runs from `low` to `top`; the field takes values up to `high`.

    Signals: `sliding(float)` while the knob is dragged, `valueChanged(float)` when a value is chosen, `errorChanged(str)` of the field.
    """

    sliding = Signal(float)
    valueChanged = Signal(float)
    errorChanged = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        low: float,
        high: float,
        top: float = 0.0,
        scale: str = "linear",
        integer: bool = False,
        help_text: str = "",
    ) -> None:
        super().__init__(parent)
        self._low, self._top = low, top or high
        self._log, self._integer = scale == "log" and low > 0, integer
        self.slider = Slider(self)
        self.slider.setToolTip(help_text)
        self.field = NumberField(self, low=low, high=high, scale=scale, integer=integer, help_text=help_text)
        self.field.setFixedWidth(FIELD)
        self.setFocusProxy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self.slider.moved.connect(self._moved)
        self.slider.released.connect(lambda: self.valueChanged.emit(self.field.value()))
        self.field.valueChanged.connect(self._typed)
        self.field.errorChanged.connect(self.errorChanged)

    def setObjectName(self, name: str) -> None:
        """Give the field its name for programs, and the slider one that belongs to it."""
        super().setObjectName(f"{name}.row")
        self.field.setObjectName(name)
        self.slider.setObjectName(f"{name}.slider")

    def setAccessibleName(self, name: str) -> None:
        """Give both parts their name for people."""
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)
        self.slider.setAccessibleName(f"{name} (slider)")
        self.slider.setAccessibleDescription(self.slider.toolTip())

    def setTop(self, top: float) -> None:
        """Let the slider run up to `top`."""
        self._top = top
        self.slider.setPlace(self._place_of(self.field.value()))

    def value(self) -> float:
        """Return the last valid value."""
        return self.field.value()

    def setValue(self, value: float) -> None:
        """Show `value` without emitting; while the knob is held nothing moves under the hand."""
        if not self.slider.isHeld():
            self.field.setValue(value)
            self.slider.setPlace(self._place_of(value))

    def error(self) -> str:
        """Return the sentence shown, "" when all is well."""
        return self.field.error()

    def setError(self, sentence: str) -> None:
        """Mark the field as wrong, or clear the mark with ""."""
        self.field.setError(sentence)

    def restore(self) -> None:
        """Show the last valid value again."""
        self.field.restore()

    def _moved(self, place: float) -> None:
        self.field.setValue(self._value_at(place))
        self.sliding.emit(self.field.value())

    def _typed(self, value: float) -> None:
        self.slider.setPlace(self._place_of(value))
        self.valueChanged.emit(value)

    def _value_at(self, place: float) -> float:
        value = self._low * (self._top / self._low) ** place if self._log else self._low + place * (self._top - self._low)
        if self._integer:
            digits = 10.0 ** max(0, math.floor(math.log10(max(abs(value), 1))) - 1)
            return float(min(self._top, max(self._low, round(value / digits) * digits if self._log else round(value))))
        return float(f"{value:.2g}") if abs(value) < 1 else float(f"{value:.3g}")

    def _place_of(self, value: float) -> float:
        if self._log:
            return math.log(max(value, self._low) / self._low) / math.log(self._top / self._low)
        return (value - self._low) / ((self._top - self._low) or 1.0)
