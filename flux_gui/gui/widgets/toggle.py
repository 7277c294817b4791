"""A switch: a check box drawn as a sliding knob."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSignalBlocker, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from flux_gui.gui.theme import theme

WIDTH, HEIGHT = 30, 16


class Toggle(QCheckBox):
    """Signals: `valueChanged(bool)` when anything but `setValue` switches it."""

    valueChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None, *, help_text: str = "") -> None:
        super().__init__(parent)
        self._help, self._error = help_text, ""
        self.setToolTip(help_text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._slide = QVariantAnimation(self, duration=110)
        self._slide.valueChanged.connect(self.update)
        self._place = 0.0
        self.toggled.connect(self._toggled)

    def value(self) -> bool:
        """Return whether it is on."""
        return self.isChecked()

    def setValue(self, on: bool) -> None:
        """Switch without emitting."""
        with QSignalBlocker(self):
            self.setChecked(on)
        self._slide.stop()
        self._place = float(on)
        self.update()

    def setError(self, sentence: str) -> None:
        """Tell in the tooltip what is wrong, or clear that with ""."""
        self._error = sentence
        self.setToolTip(f"{sentence}\n\n{self._help}".strip() if sentence else self._help)
        self.update()

    def _toggled(self, on: bool) -> None:
        self._slide.stop()
        self._slide.setStartValue(self._place)
        self._place = float(on)
        self._slide.setEndValue(self._place)
        if self.isVisible():
            self._slide.start()
        self.valueChanged.emit(on)

    def sizeHint(self) -> QSize:
        """Return the size of the switch and the room of its focus ring."""
        return QSize(WIDTH + 6, HEIGHT + 8)

    def minimumSizeHint(self) -> QSize:
        """Return the same size."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take clicks anywhere on the switch."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track, knob and focus ring."""
        c = theme().colours
        sliding = self._slide.state() == QVariantAnimation.State.Running
        place = float(self._slide.currentValue()) if sliding else float(self.isChecked())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        track = QRectF(3, (self.height() - HEIGHT) / 2, WIDTH, HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.accent) if self.isChecked() else QColor(c.control))
        painter.drawRoundedRect(track, HEIGHT / 2, HEIGHT / 2)
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(QPointF(track.left() + 8 + place * (WIDTH - 16), track.center().y()), 5.8, 5.8)
        if self.hasFocus() or self._error:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.danger if self._error else c.accent), 1.5))
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), HEIGHT / 2 + 2, HEIGHT / 2 + 2)
