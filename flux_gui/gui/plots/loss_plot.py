"""The loss over the epochs: batch, training, validation and test curves, the best epoch, and what went wrong where."""

import math
from collections.abc import Mapping
from html import escape

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from flux_gui.document.states import Curve
from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.plots.event_marks import EventMarks
from flux_gui.gui.plots.legend import LegendEntry
from flux_gui.gui.plots.loss_line import LossLine
from flux_gui.gui.plots.ranges import linear_range, log_range, number, short, step_up
from flux_gui.gui.theme import base_font, theme
from flux_gui.gui.widgets.segmented import Segmented

STYLES = {
    "batch": (Qt.PenStyle.SolidLine, 1.0),
    "train": (Qt.PenStyle.SolidLine, 1.7),
    "validation": (Qt.PenStyle.DashLine, 1.7),
    "test": (Qt.PenStyle.DotLine, 1.7),
}


FAINT = 130  # opacity of the restless batch loss


class LossPlot(PlotCard):
    """Signals: `scaleChanged(str)` with "lin" or "log" when the user switches."""

    scaleChanged = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.title.setText(self.tr("Loss"))
        about = self.tr(
            "How far predictions are from the truth, after each epoch: lower is better.\nWheel zooms, dragging moves, double click fits."
        )
        self.title.setToolTip(about)
        self.plot.setToolTip("")
        self.plot.setAccessibleName(self.tr("Loss over epochs"))
        self.setAccessibleName(self.tr("Loss over epochs"))
        self.names = {
            "batch": self.tr("batch"),
            "train": self.tr("training"),
            "validation": self.tr("validation"),
            "test": self.tr("test"),
        }
        self.scale = Segmented(
            (
                ("lin", self.tr("lin"), self.tr("Equal steps of loss: shows the size of the drop (L switches)")),
                ("log", self.tr("log"), self.tr("Equal factors of loss: shows small losses as well (L switches)")),
            )
        )
        self.scale.setAccessibleName(self.tr("Scale of the loss axis"))
        self.scale.setValue("log")
        self.scale.valueChanged.connect(self._scale_changed)
        self.tools.addWidget(self.scale)
        self.left.log = True
        self.bottom.title(self.tr("epoch"))
        self.lines = {key: LossLine(self.plot, width, style) for key, (style, width) in STYLES.items()}
        self.marks = EventMarks(self)
        self._best: tuple[float, float] | None = None
        self._best_mark = pg.ScatterPlotItem(size=9, pxMode=True)
        self._best_text = pg.TextItem(anchor=(0, 1))
        self._broken = pg.ScatterPlotItem(size=11, symbol="t", pxMode=True)
        self._hair = pg.InfiniteLine(angle=90, movable=False)
        for item in (self._best_mark, self._best_text, self._broken, self._hair):
            item.setZValue(20)
            self.plot.addItem(item, ignoreBounds=True)
        self._hair.hide()
        self._best_text.hide()
        self.view.sigRangeChanged.connect(lambda *_: self._show_best())
        self.setUnit(self.tr("loss"))
        self.restyle()
        self._refresh()

    def setUnit(self, text: str) -> None:
        """Name the loss axis, for example "loss (mse, scaled units)"."""
        self.left.title(text, self.tr("loss"))

    def isLog(self) -> bool:
        """Return whether the axis is logarithmic."""
        return self.scale.value() == "log"

    def setCurves(self, curves: Mapping[str, Curve]) -> None:
        """Show these curves by key ("batch", "train", "validation", "test"); a missing key clears its line."""
        before = max(line.last_x for line in self.lines.values())
        for key, line in self.lines.items():
            line.setCurve(curves.get(key), self.isLog())
        if max(line.last_x for line in self.lines.values()) < before:
            self.follow, self._wanted = True, None  # another run: the view a person chose for the old one says nothing about it
        self._refresh()

    def setBest(self, epoch: float | None, loss: float | None = None) -> None:
        """Mark the best epoch, or none."""
        best = None if epoch is None or loss is None or not math.isfinite(loss) else (float(epoch), float(loss))
        if best != self._best:
            self._best = best
            self._show_best()

    def _scale_changed(self, key: str) -> None:
        self._rescale()
        self.scaleChanged.emit(key)

    def _rescale(self) -> None:
        self.left.log = self.isLog()
        self.left.picture = None
        self.left.update()
        for line in self.lines.values():
            line.setCurve(line.curve, self.isLog())
        self.follow = True
        self._wanted = None
        self._refresh()

    def _refresh(self) -> None:
        used = [line for line in self.lines.values() if line.size]
        self._show_legend()
        self._show_range(used)
        self._show_broken(used)
        self._show_best()
        if not used:
            self.setNote(self.tr("Train, and the loss appears here."), centre=True)
        elif any(line.clipped for line in used):
            self.setNote(self.tr("Losses of 0 are drawn at the smallest positive value."))
        else:
            self.setNote("")

    def _show_legend(self) -> None:
        colours = theme().colours
        entries = [
            LegendEntry(self.names[key], getattr(colours, key), STYLES[key][0], value=short(line.latest))
            for key, line in self.lines.items()
            if line.size
        ]
        self.legend.setEntries(tuple(entries))

    def _show_range(self, used: list[LossLine]) -> None:
        last = max((line.last_x for line in used), default=0.0)
        right = step_up(max(last * 1.02, 10.0)) if last > 0 else 10.0
        strong = [line for line in used if line is not self.lines["batch"]] or used
        low = min((line.low for line in strong), default=math.inf)
        high = max((line.high for line in strong), default=-math.inf)
        if not math.isfinite(low):
            y = (-2.0, 0.0) if self.isLog() else (0.0, 1.0)
        else:
            y = log_range(low, high) if self.isLog() else linear_range(low, high)
        self.showRange((-0.012 * right, right), y)  # a little air, or the point at 0 is cut

    def _show_broken(self, used: list[LossLine]) -> None:
        places = sorted({line.broken_at for line in used if line.broken_at is not None})
        self._broken.setVisible(bool(places))
        if places:
            top = self.view.viewRange()[1]
            y = top[1] - (top[1] - top[0]) * 0.04
            self._broken.setData(x=np.array(places), y=np.full(len(places), y))
            self.plot.setToolTip(self.tr("The loss stopped being a number at epoch {0}.").format(number(places[0])))
        elif self.plot.toolTip():
            self.plot.setToolTip("")

    def _show_best(self) -> None:
        if self._best is None or (self.isLog() and self._best[1] <= 0):
            self._best_mark.hide()
            self._best_text.hide()
            return
        self._best_mark.show()
        epoch, loss = self._best
        y = math.log10(loss) if self.isLog() else loss
        self._best_mark.setData([epoch], [y])
        (left, right), (bottom, top) = self.view.viewRange()
        beside = 1.0 if epoch > left + 0.6 * (right - left) else 0.0
        self._best_text.setAnchor((beside, -0.3 if y > bottom + 0.75 * (top - bottom) else 1.3))  # inside at every corner
        self._best_text.setText(self.tr("best {0}").format(f"{epoch:g}"), color=theme().colours.validation)
        self._best_text.setPos(epoch, y)
        self._best_text.show()

    def hover(self, value: QPointF, place: QPointF) -> None:
        """Show a hair line at the nearest epoch and all values there."""
        colours = theme().colours
        rows, at = [], None
        for key, line in self.lines.items():
            found = line.at(value.x())
            if found is None:
                continue
            at = found[0] if at is None or abs(found[0] - value.x()) < abs(at - value.x()) else at
            rows.append(
                (
                    abs(line.shown(found[1]) - value.y()),
                    f'<span style="color:{getattr(colours, key)}">{self.names[key]}</span> {number(found[1])}',
                )
            )
        if at is None:
            self.leave()
            return
        rows.sort()
        self._hair.setPos(at)
        self._hair.show()
        lines = "<br>".join(text for _distance, text in rows)
        said = self.marks.at(at)
        lines += f"<br>{escape(said)}" if said else ""
        self.place_readout(place, f"<b>{self.tr('epoch')} {number(at)}</b><br>{lines}")

    def leave(self) -> None:
        """Hide hair line and values."""
        super().leave()
        self._hair.hide()

    def restyle(self) -> None:
        """Take the theme's colours."""
        colours = theme().colours
        for key, line in self.lines.items():
            style, width = STYLES[key]
            line.setPens(
                self.pen(getattr(colours, key), width, style, FAINT if key == "batch" else 255),
                self.pen(getattr(colours, key), 1.0, alpha=55),
            )
        self._best_mark.setPen(self.pen(colours.validation, 1.8))
        self._best_mark.setBrush(pg.mkBrush(colours.surface))
        self._best_text.setFont(base_font(11))
        veil = QColor(colours.surface)
        veil.setAlpha(235)
        self._best_text.fill = pg.mkBrush(veil)
        self._broken.setPen(self.pen(colours.danger, 1.0))
        self._broken.setBrush(pg.mkBrush(colours.danger))
        self._hair.setPen(self.pen(colours.muted, 1.0))
        self.marks.restyle()
        self._show_legend()
        self._show_best()
