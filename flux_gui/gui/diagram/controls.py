"""Real widgets that float over the diagram: neuron count, layer removal, activation, layer insertion, and the colour key."""

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from flux_gui.gui import icons
from flux_gui.gui.diagram.layout import NARROW
from flux_gui.gui.diagram.pens import shade
from flux_gui.gui.diagram.picture import Choices, LayerPicture
from flux_gui.gui.plots.ranges import number
from flux_gui.gui.theme import base_font, theme
from flux_gui.gui.widgets.choice_field import ChoiceField
from flux_gui.gui.widgets.error_note import ErrorNote
from flux_gui.gui.widgets.number_field import NumberField

MOST_UNITS = 4096
STOPS = 24  # of the gradient
KEY = (196, 36)
TIGHT = 112.0  # columns nearer than this have room for a number only


def small_button(parent: QWidget, icon: str, tip: str, side: int = 18) -> QToolButton:
    """Return a small icon button that says what it does."""
    button = QToolButton(parent)
    icons.bind(button, icon, "muted")
    button.setIconSize(QSize(12, 12))
    button.setFixedSize(side, side)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class SizeField(NumberField):
    """The number of neurons. Signals: `left()` when Enter or Esc have ended the typing. Space is for training, as outside of a field."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Enter once the number is good, and with Esc once there is nothing to take back."""
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.commit()
            if not self.error():
                self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and not self.pending():
            self.left.emit()
        else:
            super().keyPressEvent(event)


class UnitsPill(QFrame):
    """Minus, count, plus. Signals: `unitsChanged(int)` with the wanted number of neurons."""

    unitsChanged = Signal(int)

    def __init__(self, layer: LayerPicture, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("pill", True)
        self.less = small_button(self, "minus", self.tr("Remove one neuron from this layer"))
        self.more = small_button(self, "plus", self.tr("Add one neuron to this layer"))
        self.count = SizeField(self, low=1, high=MOST_UNITS, integer=True, arrows=False)
        self.count.setHelp(self.tr("Neurons in this layer: type a number. More neurons can learn finer shapes and need more data."))
        self.count.setProperty("bare", True)
        ErrorNote(self.count)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_layer(layer)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for part in (self.less, self.count, self.more):
            row.addWidget(part)
        self.less.clicked.connect(lambda: self.unitsChanged.emit(int(self.count.value()) - 1))
        self.more.clicked.connect(lambda: self.unitsChanged.emit(int(self.count.value()) + 1))
        self.count.valueChanged.connect(lambda value: self.unitsChanged.emit(int(value)))
        self.adjustSize()

    def show_layer(self, layer: LayerPicture) -> None:
        """Show the count of `layer` without emitting."""
        self.count.setObjectName(f"diagram.model.layers.{layer.index}.units")
        self.count.setAccessibleName(self.tr("Neurons of layer {0}").format(layer.index))
        self.count.setValue(layer.units)
        wanted = max(32, self.count.fontMetrics().horizontalAdvance(self.count.text()) + 10)
        if wanted != self.count.width():
            self.count.setFixedWidth(wanted)
            self.resize(self.sizeHint())
        self.less.setEnabled(layer.units > 1)
        self.more.setEnabled(layer.units < MOST_UNITS)


class LayerControls(QObject):
    """The controls of one layer, kept while the layer lives so that the focus stays.

    Signals: `unitsRequested(int)`, `activationRequested(str)`, `removeRequested()`.
    """

    unitsRequested = Signal(int)
    activationRequested = Signal(str)
    removeRequested = Signal()

    def __init__(self, layer: LayerPicture, choices: Choices, parent: QWidget) -> None:
        super().__init__(parent)
        self.pill = UnitsPill(layer, parent)
        self.pill.unitsChanged.connect(self.unitsRequested)
        self.activation = ChoiceField(choices, parent)
        self.activation.setHelp(self.tr("Activation: the function every neuron of this layer applies to its sum."))
        self.activation.setProperty("quiet", True)
        self.activation.valueChanged.connect(self.activationRequested)
        self.remover = small_button(parent, "close", self.tr("Remove this layer"))
        self.remover.clicked.connect(self.removeRequested)
        self.remover.hide()
        self.note = QLabel(parent)
        self.note.setFont(base_font(10))
        self.note.setProperty("muted", True)
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._choices = choices
        self._far, self._narrow, self._board = False, False, parent
        self.layer = layer
        self.show_layer(layer, choices)

    def setFar(self, far: bool) -> None:
        """Hide everything while the picture is so small that columns have no room for it."""
        if far != self._far:
            self._far = far
            self._show_parts()

    def _show_parts(self) -> None:
        layer, near = self.layer, not self._far
        self.activation.setVisible(near and bool(layer.activation and self._choices))
        self.pill.setVisible(near and not layer.fixed_units and layer.weight is not None)
        self.note.setVisible(near and bool(self.note.text()))

    def show_layer(self, layer: LayerPicture, choices: Choices) -> None:
        """Show the present state of the layer without emitting."""
        self.layer = layer
        if choices != self._choices:
            self._choices = choices
            self.activation.setItems(choices)
        self.pill.show_layer(layer)
        self.activation.setObjectName(f"model.layers.{layer.index}.activation" if layer.activation else "")
        self.activation.setAccessibleName(self.tr("Activation of layer {0}").format(layer.index))
        if layer.activation and self.activation.value() != layer.activation:
            self.activation.setValue(layer.activation)
        self.note.setText(note_of(layer))
        self._show_parts()

    def place(self, middle: QPoint, foot: QPoint, step: float) -> None:
        """Put the pill at `middle` and the activation at `foot` (their centres), with the rest beside them.

        Where columns, `step` apart, leave no room beside the pill, the remove button stands below.
        """
        self._narrow = step < NARROW
        self.note.setText(note_of(self.layer, short=step < TIGHT))
        self.note.adjustSize()
        self.activation.resize(self.activation.sizeHint().width(), 22)
        lowest = self._board.height() - self.note.height() // 2 - 1
        below = QPoint(foot.x(), min(foot.y() + 18, max(foot.y() + 11, lowest)))  # nearer where the picture ends
        remover = below + QPoint(self._beside_note(), 0) if self._narrow else middle + QPoint(48, 0)
        for widget, at in ((self.pill, middle), (self.activation, foot), (self.remover, remover), (self.note, below)):
            widget.move(at.x() - widget.width() // 2, at.y() - widget.height() // 2)

    def sign_place(self) -> QPoint:
        """Return the middle of a sign that belongs to this layer."""
        if self._narrow:
            return self.note.geometry().center() - QPoint(self._beside_note(), 0)
        return self.pill.geometry().center() - QPoint(0 if self.pill.isHidden() else 52, 0)

    def _beside_note(self) -> int:
        return self.note.width() // 2 + 12

    def show_remover(self, wanted: bool) -> None:
        """Show the remove button when it is wanted and the layer may go; it stays while it has the focus."""
        self.remover.setVisible(
            not self._far and self.layer.removable and not self.layer.fixed_units and (wanted or self.remover.hasFocus())
        )

    def drop(self) -> None:
        """Take the controls away."""
        for widget in (self.pill, self.activation, self.remover, self.note):
            widget.setObjectName("")
            widget.hide()
            widget.deleteLater()
        self.deleteLater()


def note_of(layer: LayerPicture, short: bool = False) -> str:
    """Return the quiet line under a layer: how many parameters it has (`short`: the number alone), and whether it rests."""
    count = f"{layer.parameters:,}".replace(",", "\u2009")
    if not layer.trainable:
        return f"{count} \u00b7 frozen" if layer.parameters else "frozen"
    if short or not layer.parameters:
        return count if layer.parameters else ""
    return f"{count} parameter{'s' if layer.parameters != 1 else ''}"


class ColourKey(QWidget):
    """The scale of the colours, from the most negative to the most positive value shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._limit, self._gradient = 1.0, False
        self.setFixedSize(*KEY)
        self.setAccessibleName(self.tr("Colour scale of weights and biases"))
        self.setLimit(1.0)

    def limit(self) -> float:
        """Return the value at the right end."""
        return self._limit

    def setMeaning(self, gradient: bool) -> None:
        """Say whether colours stand for gradients instead of values."""
        self._gradient = gradient
        self.setLimit(self._limit)

    def setLimit(self, limit: float) -> None:
        """Scale from -limit to +limit."""
        self._limit = limit
        about = (
            self.tr(
                "Colour: how the training loss changes with a weight (line) or bias (small square at a neuron), from -{0} to +{0}.\n"
                "Training moves every parameter against its gradient. Negative ones are dashed."
            )
            if self._gradient
            else self.tr(
                "Colour: the value of a weight (line) or bias (small square at a neuron), from -{0} to +{0}.\n"
                "Negative lines are dashed. Width: strength compared with the layer's strongest weights.\n"
                "Pictures in the neurons have a scale of their own: rest the pointer on one."
            )
        )
        self.setToolTip(about.format(number(limit)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint both ends and the gradient between them."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(base_font(11))
        painter.setPen(QColor(c.muted))
        text = number(self._limit)
        side = painter.fontMetrics().horizontalAdvance(f"\u2212 {text}") + 6
        bar = QRectF(self.width() - side - 90, 6, 90, 8)
        painter.drawText(
            QRectF(bar.left() - side, 0, side - 6, 20),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            f"\u2212 {text}",
        )
        painter.drawText(QRectF(bar.right() + 6, 0, side, 20), Qt.AlignmentFlag.AlignVCenter, f"+ {text}")
        painter.setFont(base_font(10))
        words = self.tr("line, square: gradient") if self._gradient else self.tr("line: weight \u00b7 square: bias")
        painter.drawText(QRectF(0, 19, self.width(), 16), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        gradient = QLinearGradient(QPointF(bar.left(), 0), QPointF(bar.right(), 0))
        for i in range(STOPS + 1):
            gradient.setColorAt(i / STOPS, shade(c, 2 * i / STOPS - 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 4, 4)
