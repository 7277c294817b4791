"""What all plots share: a title row, a legend, one pyqtgraph plot in our colours, and ranges that hold still."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from flux_gui.gui.plots.axes import ValueAxis
from flux_gui.gui.plots.legend import Legend
from flux_gui.gui.theme import theme


class PlotCard(QWidget):
    """A titled plot. The wheel zooms, dragging moves, a double click fits again. Signals: `restyled()` after a change of theme."""

    restyled = Signal()

    def __init__(self, title: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.follow = True  # the view keeps up with the data until the user moves it
        self._note_centred = False
        self._wanted: tuple[float, float, float, float] | None = None
        self.setAccessibleName(title)
        self.title = QLabel(title, self)
        self.title.setProperty("title", True)
        self.title.setToolTip(help_text)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(6)
        self.legend = Legend(self)
        self.left, self.bottom = ValueAxis("left", grid=True), ValueAxis("bottom", grid=False)
        self.plot = pg.PlotWidget(self, axisItems={"left": self.left, "bottom": self.bottom})
        self.plot.setToolTip(help_text)
        self.plot.setAccessibleName(title)
        self.plot.setMinimumSize(140, 100)
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        for axis in (self.left, self.bottom):
            axis.setZValue(-1000)  # the grid lies under the curves
        self.view = self.plot.getViewBox()
        self.view.setDefaultPadding(0.0)
        self.view.disableAutoRange()
        self.view.sigResized.connect(self._place_note)
        self.view.sigRangeChangedManually.connect(self._moved)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.plot.scene().sigMouseMoved.connect(self._pointer)
        self.plot.viewport().installEventFilter(self)
        self.note = self._overlay("hint")
        self.readout = self._overlay("readout")
        self.plot.getPlotItem().layout.setContentsMargins(0, 7, 8, 0)
        self._lay_out()
        theme().changed.connect(self._theme_changed)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.addWidget(self.title)
        top.addStretch(1)
        top.addLayout(self.tools)
        self.title.setFixedHeight(32)
        middle = QHBoxLayout()
        middle.setContentsMargins(12, 0, 12, 0)
        middle.addWidget(self.legend)
        self.body = QHBoxLayout()
        self.body.setContentsMargins(4, 0, 12, 4)
        self.body.setSpacing(0)
        self.body.addWidget(self.plot, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(middle)
        column.addLayout(self.body, 1)

    def _overlay(self, name: str) -> QLabel:
        label = QLabel(self.plot.viewport())
        label.setProperty(name, True)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label.setTextFormat(Qt.TextFormat.RichText if name == "readout" else Qt.TextFormat.PlainText)
        label.hide()
        return label

    def setNote(self, text: str, centre: bool = False) -> None:
        """Show one quiet line over the plot (at its lower left, or in the middle), or none."""
        if text != self.note.text():
            self.note.setText(text)
            self.note.adjustSize()
        self.note.setVisible(bool(text))
        self._note_centred = centre
        self._place_note()

    def _place_note(self, *_: Any) -> None:
        area, centre = self.view.sceneBoundingRect(), self._note_centred
        x = area.left() + 8 if not centre else area.center().x() - self.note.width() / 2
        y = area.bottom() - self.note.height() - 4 if not centre else area.center().y() - self.note.height() / 2
        self.note.move(int(x), int(y))

    def setTitleVisible(self, on: bool) -> None:
        """Show or hide the title row, for cards that stand below a title of their own."""
        self.title.setVisible(on)

    def showRange(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show this part of the plane, unless the user has moved the view; the same range again costs nothing."""
        wanted = (*x, *y)
        if wanted != self._wanted:
            self._wanted = wanted
            if self.follow:
                self.view.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)

    def fit(self) -> None:
        """Follow the data again."""
        self.follow = True
        if self._wanted is not None:
            x0, x1, y0, y1 = self._wanted
            self.view.setRange(xRange=(x0, x1), yRange=(y0, y1), padding=0, disableAutoRange=True)

    def pen(self, colour: str, width: float = 1.6, style: Qt.PenStyle = Qt.PenStyle.SolidLine, alpha: int = 255) -> QPen:
        """Return a cosmetic pen for pyqtgraph."""
        tint = QColor(colour)
        tint.setAlpha(alpha)
        pen = QPen(tint, width, style)
        pen.setCosmetic(True)
        if style == Qt.PenStyle.DashLine:
            pen.setDashPattern([3.6, 2.2])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _moved(self, *_: Any) -> None:
        self.follow = False

    def _clicked(self, event: Any) -> None:
        if event.double():
            self.fit()

    def _pointer(self, place: Any) -> None:
        area = self.view.sceneBoundingRect()
        if area.contains(place):
            self.hover(self.view.mapSceneToView(place), QPointF(place))
        else:
            self.leave()

    def hover(self, value: QPointF, place: QPointF) -> None:
        """Tell what is under the pointer; plots that know more override this."""

    def leave(self) -> None:
        """The pointer has left the data area."""
        self.readout.hide()

    def place_readout(self, place: QPointF, text: str) -> None:
        """Show `text` beside the pointer, inside the plot."""
        if text != self.readout.text():
            self.readout.setText(text)
        self.readout.adjustSize()
        area = self.view.sceneBoundingRect()
        x = place.x() + 12
        if x + self.readout.width() > area.right():
            x = place.x() - 12 - self.readout.width()
        y = min(max(area.top(), place.y() - self.readout.height() - 8), area.bottom() - self.readout.height())
        self.readout.move(int(max(0, x)), int(y))
        self.readout.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the pointer leaves the plot."""
        if event.type() == QEvent.Type.Leave:
            self.leave()
        return super().eventFilter(watched, event)

    def _theme_changed(self) -> None:
        self.plot.setBackground(theme().colours.surface)
        self.left.restyle()
        self.bottom.restyle()
        self.restyle()
        self.restyled.emit()

    def restyle(self) -> None:
        """Take the theme's colours; plots colour their items here."""
