"""The right column: the loss on top, below it the fit, the parameters as curves, or what Verify found."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from flux_gui.document.pins import pinned
from flux_gui.document.project import Project
from flux_gui.document.states import Curve, Trail
from flux_gui.gui.addresses import addresses, short_label
from flux_gui.gui.plane import plane_points
from flux_gui.gui.plots import FitPlot, LossPlot, MapPlot, ParametersPlot
from flux_gui.gui.view import grouped, loss_unit, target_name
from flux_gui.gui.widgets import Segmented
from flux_gui.runtime.map_probe import DecisionMap, can_map, plane
from flux_gui.runtime.run import tracked
from flux_gui.runtime.trail import curve_of
from flux_gui.specs import PaintedData

HEIGHTS = (290, 376)
OPTIONS = (
    ("fit", "Fit", "The fitted curve over the points (one input)"),
    ("map", "Map", "What the network answers all over the plane of its two inputs, and the rows"),
    ("parameters", "Parameters", "Every weight and bias as its own curve (up to 12)"),
    ("verify", "Verified", "Predictions beside the true values on the test rows"),
)


class ResultsPanel(QSplitter):
    """Loss plot and the view below it."""

    def __init__(self, verification: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(3)
        self.loss = LossPlot()
        self.fit = FitPlot()
        self.map = MapPlot()
        self.parameters = ParametersPlot()
        for card in (self.fit, self.map, self.parameters):
            card.setTitleVisible(False)  # the row with the switch says it
        for plot in (self.loss.plot, self.fit.plot, self.map.plot, self.parameters.plot):
            plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no key does anything there
        self.verification = verification
        self.switch = Segmented(OPTIONS)
        self.switch.setAccessibleName("Lower view")
        self.switch.valueChanged.connect(self._chosen)
        self.title = QLabel("Fit")
        self.title.setProperty("title", True)
        self.note = QLabel()
        self.note.setProperty("muted", True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.stack = QStackedWidget()
        for page in (self.fit, self.map, self.parameters, self.verification, self.note):
            self.stack.addWidget(page)
        self.addWidget(self.loss)
        self.addWidget(self._lower())
        self.setSizes(list(HEIGHTS))
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 4)
        self._labels: dict[int, str] = {}
        self._strongest = False
        self._pinned: list[int] = []
        self._trail: Trail | None = None
        self._curves: Mapping[str, Curve] = {}
        self._skip = False
        self.holds_points = False  # while somebody paints, who shows the points
        self._losses: tuple[str, ...] = ()
        self._map_title = "Map"
        self._fitted: tuple[NDArray[np.float64], NDArray[np.float64]] = (np.empty(0), np.empty(0))
        self._has_fit, self._has_map = True, False
        self._verified = ""  # at which epoch, in words; "" while the test rows are sealed
        self._wish = "fit"  # the page the user chose last

    def _lower(self) -> QWidget:
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.switch)
        box = QFrame()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        return box

    def _chosen(self, key: str) -> None:
        self._wish = key
        self.show_page(key)

    def show_page(self, key: str) -> None:
        """Show fit, parameters or verify; what cannot be shown says why."""
        self.switch.setValue(key)
        shown = "Pinned parameters" if self._pinned else "Strongest parameters" if self._strongest else "Parameters"
        self.title.setText({"fit": "Fit", "map": self._map_title, "parameters": shown, "verify": f"Test rows{self._verified}"}[key])
        page: QWidget = {"fit": self.fit, "map": self.map, "parameters": self.parameters, "verify": self.verification}[key]
        reason = ""
        if key == "verify" and not self._verified:
            reason = "The test rows are sealed.\nPress Verify on test data to open them."
        self.note.setText(reason)
        self.stack.setCurrentWidget(self.note if reason else page)
        self.show_curves(self._curves)

    def show_project(self, project: Project) -> None:
        """Show the curves, points and choices of `project`; an earlier verification is no longer valid."""
        self._verified = ""
        self._has_fit = project.dataset.inputs == 1 and project.dataset.task == "regression"
        self._has_map = can_map(project)
        self._map_title = "Answers" if project.dataset.task == "regression" else "Decision map"
        for key, on in (("fit", self._has_fit), ("map", self._has_map)):
            self.switch.button(key).setVisible(on)
        places = addresses(project)
        self._pinned = pinned(project)
        self._trail = project.state.trail
        self._labels = {i: short_label(places.at(i)) for i in self._pinned or tracked(project)}
        self._strongest = len(places) > len(self._labels)
        training, rows = project.spec.training, len(project.dataset.parts["train"].x)
        several = 0 < training.batch < rows  # else the batch loss is the training loss, one step earlier
        self._losses = ("batch", "train", "validation") if several else ("train", "validation")
        self._fitted = (np.empty(0), np.empty(0))
        self.loss.setUnit(loss_unit(project))
        self.show_points(project)
        best = project.state.best
        self.loss.setBest(*((best.epoch, best.loss) if best is not None else (None, None)))
        self.loss.marks.setEvents(project.state.events)
        self.show_curves(project.state.curves)
        self._show_wish()

    def seal(self, project: Project) -> None:
        """Take away what Verify has shown: it is not true of the network any more."""
        if self._verified:
            self._verified = ""
            self.show_points(project)
            self._show_wish()

    def _show_wish(self) -> None:
        """Show the page the user chose last, or the nearest that there is; a verification is opened by Verify only."""
        picture = "fit" if self._has_fit else "map" if self._has_map else "parameters"
        self.show_page("parameters" if self._wish == "parameters" else picture)

    def show_curves(self, curves: Mapping[str, Curve], live: bool = False) -> None:
        """Show loss and parameter curves; parameters only while somebody can see them, and of `live` frames every second one."""
        self._curves = curves
        self._skip = live and not self._skip
        self.loss.setCurves({name: curves[name] for name in self._losses if name in curves})
        if self.stack.currentWidget() is self.parameters and not self._skip:
            named = [(label, curve_of(curves, self._trail, i)) for i, label in self._labels.items()]
            self.parameters.setCurves([(label, curve) for label, curve in named if curve is not None])

    def show_fit(self, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> None:
        """Show the network's curve over the points."""
        if self._has_fit and not (np.array_equal(ys, self._fitted[1]) and np.array_equal(xs, self._fitted[0])):
            self._fitted = xs, ys
            self.fit.setFit(xs, ys)

    def show_map(self, found: DecisionMap | None) -> None:
        """Show what the network answers in the plane of its inputs."""
        if self._has_map:
            self.map.setMap(None) if found is None else self.map.setMap(found.values, (found.x, found.y))

    def show_verified(self, project: Project) -> None:
        """Show the verification page, and the test points in the fit."""
        state = project.state
        best = state.best if state.in_use == "best" else None
        self._verified = f" \u00b7 best epoch {grouped(best.epoch)}" if best is not None else f" \u00b7 epoch {grouped(state.epoch)}"
        self.show_points(project, with_test=True)
        self.show_page("verify")

    def show_points(self, project: Project, with_test: bool = False) -> None:
        """Show the rows of `project` in the picture of its inputs, the test rows only when they are open."""
        if self.holds_points:
            return
        if self._has_map:
            names = tuple(column.name for column in project.dataset.preparation.columns())
            x, y = plane(project)
            self.map.setPlane(x, y, (names[0], names[1]), project.dataset.labels, target_name(project))
            self.map.setPoints(plane_points(project, with_test or isinstance(project.spec.data.source, PaintedData)))
        if self._has_fit:
            self._show_fit_points(project, with_test)

    def _show_fit_points(self, project: Project, with_test: bool) -> None:
        x = project.table.column(project.dataset.input_names[0]).values
        y = project.table.column(target_name(project)).values
        train = project.dataset.parts["train"].rows
        test = project.dataset.parts["test"].rows
        self.fit.setAxes(project.dataset.input_names[0], target_name(project))
        if isinstance(project.spec.data.source, PaintedData):  # who painted them knows them
            rest = np.concatenate([project.dataset.parts[name].rows for name in ("validation", "test")])
            self.fit.setData(x[train], y[train], x[rest], y[rest], "not trained on")
            return
        self.fit.setData(x[train], y[train], x[test] if with_test else None, y[test] if with_test else None)
