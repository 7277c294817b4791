"""A field for one number: typed with point or comma, stepped with arrows, wheel or the chevrons, checked against its range."""

import math

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from flux_gui.gui.theme import theme
from flux_gui.gui.widgets.fields import HEIGHT, WIDTH, mark_invalid
from flux_gui.gui.widgets.number_text import linear_step, parse, show, step_from

ARROWS = 18  # width of the chevrons
REST = 400  # milliseconds without a key before a wrong text is marked


class NumberField(QLineEdit):
    """Signals: `valueChanged(float)` when the user commits another value, `errorChanged(str)` when the shown error changes."""

    valueChanged = Signal(float)
    errorChanged = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        low: float = -math.inf,
        high: float = math.inf,
        scale: str = "linear",
        integer: bool = False,
        open_low: bool = False,
        step: float = 0.0,
        arrows: bool = True,
        zero: str = "",
        help_text: str = "",
    ) -> None:
        super().__init__(parent)
        self._zero = zero  # the word that stands for 0
        self.low, self.high, self.scale, self.integer, self.open_low = low, high, scale, integer, open_low
        self._step, self._arrows, self._help = step, arrows, help_text
        self._value = 0.0
        self._own_error = self._given_error = ""
        self._over = 0
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._check)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if arrows:
            self.setTextMargins(0, 0, ARROWS, 0)
            self.setMouseTracking(True)
        self.setToolTip(help_text)
        self.setText(self._show(0.0))
        self.textEdited.connect(self._edited)
        self.editingFinished.connect(self.commit)

    def value(self) -> float:
        """Return the last valid value."""
        return self._value

    def setValue(self, value: float) -> None:
        """Show `value` without emitting; the text a user is typing right now is not overwritten by the same number."""
        same = value == self._value
        self._value = float(value)
        if not (same and self.hasFocus()):
            self._restore()

    def setRange(self, low: float, high: float) -> None:
        """Allow values from `low` to `high`."""
        self.low, self.high = low, high
        self._check()

    def setHelp(self, text: str) -> None:
        """Set the tooltip shown while there is no error."""
        self._help = text
        self._show_error()

    def error(self) -> str:
        """Return the sentence shown, "" when all is well."""
        return self._own_error or self._given_error

    def setError(self, sentence: str) -> None:
        """Mark the field as wrong for a reason found elsewhere, or clear that mark with ""."""
        self._given_error = sentence
        self._show_error()

    def pending(self) -> bool:
        """Return whether the text is something else than the value: being typed, or refused."""
        return bool(self.error()) or self.text() != self._show(self._value)

    def restore(self) -> None:
        """Show the last valid value again, whatever was typed or refused since."""
        self._given_error = ""
        self._restore()

    def commit(self) -> None:
        """Take the typed text as the value if it is valid and different."""
        self._rest.stop()
        value = self._typed()
        self._check()
        if value is None or self._own_error:
            return
        if value != self._value and self._show(value) != self._show(self._value):
            self._value = float(value)
            self._restore()
            self.valueChanged.emit(self._value)
        else:
            self._restore()

    def stepBy(self, steps: int) -> None:
        """Move by so many steps within the range and commit at once."""
        typed = self._typed()
        value = self._value if typed is None else typed
        for _ in range(abs(steps)):
            step = self._step or linear_step(value, self.low, self.high, self.integer)
            value = step_from(value, steps > 0, self.scale, step)
            if self.integer:
                value = float(round(value))
        value = min(self.high, max(self.low, float(f"{value:.12g}")))
        if self._problem(value):
            return
        self.setText(self._show(value))
        self.commit()

    def _typed(self) -> float | None:
        return 0.0 if self._zero and self.text().strip().casefold() == self._zero.casefold() else parse(self.text())

    def _show(self, value: float) -> str:
        return self._zero if self._zero and not value else show(value, self.integer)

    def _problem(self, value: float | None) -> str:
        if value is None:
            return self.tr("'{0}' is not a number: type one, for example {1}.").format(self.text().strip(), self._show(self._value))
        if self.integer and value != int(value):
            return self.tr("{0} is not a whole number: type one, for example {1}.").format(show(value), round(value))
        below = value <= self.low if self.open_low else value < self.low
        if below or value > self.high:
            return f"{show(value, self.integer)} {self._range_text()}"
        return ""

    def _range_text(self) -> str:
        low, high = show(self.low, self.integer), show(self.high, self.integer)
        if math.isinf(self.high):
            bound = self.tr("above {0}") if self.open_low else self.tr("at least {0}")
            return self.tr("is too small: it must be {0}.").format(bound.format(low))
        if math.isinf(self.low):
            return self.tr("is too large: it must be at most {0}.").format(high)
        bounds = self.tr("above {0} and at most {1}") if self.open_low else self.tr("from {0} to {1}")
        return self.tr("is out of range: it must be {0}.").format(bounds.format(low, high))

    def _edited(self) -> None:
        if self._own_error:
            self._check()
        self._rest.start()

    def _check(self) -> None:
        self._own_error = self._problem(self._typed())
        self._show_error()

    def _show_error(self) -> None:
        before = self.property("shown_error") or ""
        mark_invalid(self, self.error(), self._help)
        if before != self.error():
            self.setProperty("shown_error", self.error())
            self.errorChanged.emit(self.error())

    def _restore(self) -> None:
        self._rest.stop()
        self._own_error = ""
        text = self._show(self._value)
        if self.text() != text:
            self.setText(text)
        self._show_error()

    def sizeHint(self) -> QSize:
        """Return the usual size of a field."""
        return QSize(WIDTH, HEIGHT) if self._arrows else QSize(34, 18)

    def minimumSizeHint(self) -> QSize:
        """Return the least useful size."""
        return QSize(64, HEIGHT) if self._arrows else QSize(26, 16)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow and page keys, restore with Esc."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}.get(Qt.Key(event.key()))
        if steps is not None:
            self.stepBy(steps * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        elif event.key() == Qt.Key.Key_Escape and (self._own_error or self.text() != self._show(self._value)):
            self._restore()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by the wheel when the field has the focus; otherwise let the page scroll."""
        if self.hasFocus() and event.angleDelta().y() and not self.isReadOnly():
            self.stepBy(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit when the focus leaves, also when the text is wrong."""
        super().focusOutEvent(event)
        if self._rest.isActive():
            self.commit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Step when a chevron is clicked."""
        half = self._arrow_at(event.position().toPoint())
        if half and event.button() == Qt.MouseButton.LeftButton and self.isEnabled() and not self.isReadOnly():
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.stepBy(half)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which chevron the pointer is on."""
        half = self._arrow_at(event.position().toPoint())
        if half != self._over:
            self._over = half
            self.setCursor(Qt.CursorShape.ArrowCursor if half else Qt.CursorShape.IBeamCursor)
            self.update()
        if not half:
            super().mouseMoveEvent(event)

    def _arrow_area(self) -> QRect:
        return QRect(self.width() - ARROWS - 4, 0, ARROWS + 4, self.height())

    def _arrow_at(self, point: QPoint) -> int:
        if not self._arrows or not self._arrow_area().contains(point):
            return 0
        return 1 if point.y() < self.height() / 2 else -1

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, then the two chevrons."""
        super().paintEvent(event)
        if not self._arrows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme().colours
        middle = QPointF(self.width() - 14.0, self.height() / 2)
        for half in (1, -1):
            tint = colours.accent if self._over == half and self.underMouse() and self.isEnabled() else colours.muted
            painter.setPen(QPen(QColor(tint), 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            tip, foot = middle.y() - half * 6.0, middle.y() - half * 3.0
            painter.drawPolyline([QPointF(middle.x() - 3, foot), QPointF(middle.x(), tip), QPointF(middle.x() + 3, foot)])
