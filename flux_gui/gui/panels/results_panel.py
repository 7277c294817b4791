"""The right column: the loss on top, below it the fit, the parameters as curves, or what Verify found."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from flux_gui.document.project import Project
from flux_gui.document.states import Curve
from flux_gui.gui.plots import FitPlot, LossPlot, ParametersPlot
from flux_gui.gui.view import Addresses, addresses, loss_unit, target_name
from flux_gui.gui.widgets import Segmented

HEIGHTS = (290, 376)
DRAWN = 12  # parameters drawn as curves, as long as there are no more
OPTIONS = (
    ("fit", "Fit", "The fitted curve over the points (one input)"),
    ("parameters", "Parameters", "Every weight and bias as its own curve (up to 12)"),
    ("verify", "Verified", "Predictions beside the true values on the test rows"),
)


class ResultsPanel(QSplitter):
    """Loss plot and the view below it."""

    def __init__(self, verification: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.loss = LossPlot()
        self.fit = FitPlot()
        self.parameters = ParametersPlot()
        for card in (self.fit, self.parameters):
            card.setTitleVisible(False)  # the row with the switch says it
        self.verification = verification
        self.switch = Segmented(OPTIONS)
        self.switch.setAccessibleName("Lower view")
        self.switch.valueChanged.connect(self.show_page)
        self.title = QLabel("Fit")
        self.title.setProperty("title", True)
        self.note = QLabel()
        self.note.setProperty("muted", True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.stack = QStackedWidget()
        for page in (self.fit, self.parameters, self.verification, self.note):
            self.stack.addWidget(page)
        self.addWidget(self.loss)
        self.addWidget(self._lower())
        self.setSizes(list(HEIGHTS))
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 4)
        self._labels: list[str] = []
        self._has_fit = True
        self._verified = False

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

    def show_page(self, key: str) -> None:
        """Show fit, parameters or verify; what cannot be shown says why."""
        self.switch.setValue(key)
        self.title.setText({"fit": "Fit", "parameters": "Parameters", "verify": "Test rows"}[key])
        page: QWidget = {"fit": self.fit, "parameters": self.parameters, "verify": self.verification}[key]
        reason = ""
        if key == "parameters" and not self._labels:
            reason = f"More than {DRAWN} parameters: their curves would hide each other.\nThe Parameters table below lists all."
        elif key == "verify" and not self._verified:
            reason = "The test rows are sealed.\nPress Verify on test data to open them."
        self.note.setText(reason)
        self.stack.setCurrentWidget(self.note if reason else page)

    def show_project(self, project: Project) -> None:
        """Show the curves, points and choices of `project`; an earlier verification is no longer valid."""
        self._verified = False
        self._has_fit = project.dataset.inputs == 1 and project.dataset.task == "regression"
        self.switch.button("fit").setVisible(self._has_fit)
        places = addresses(project)
        self._labels = [short_label(places, i) for i in range(len(places))] if len(places) <= DRAWN else []
        self.loss.setUnit(loss_unit(project))
        if self._has_fit:
            self._show_points(project)
        best = project.state.best
        self.loss.setBest(*((best.epoch, best.loss) if best is not None else (None, None)))
        self.show_curves(project.state.curves)
        page = self.switch.value()
        if page == "verify" or (page == "fit" and not self._has_fit):
            page = "fit" if self._has_fit else "parameters"
        self.show_page(page)

    def show_curves(self, curves: Mapping[str, Curve]) -> None:
        """Show loss and parameter curves."""
        self.loss.setCurves({name: curves[name] for name in ("batch", "train", "validation") if name in curves})
        if self._labels:
            named = [(label, curves.get(f"parameter.{i}")) for i, label in enumerate(self._labels)]
            self.parameters.setCurves([(label, curve) for label, curve in named if curve is not None])

    def show_fit(self, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> None:
        """Show the network's curve over the points."""
        if self._has_fit:
            self.fit.setFit(xs, ys)

    def show_verified(self, project: Project) -> None:
        """Show the verification page, and the test points in the fit."""
        self._verified = True
        if self._has_fit:
            self._show_points(project, with_test=True)
        self.show_page("verify")

    def _show_points(self, project: Project, with_test: bool = False) -> None:
        x = project.table.column(project.dataset.input_names[0]).values
        y = project.table.column(target_name(project)).values
        train = project.dataset.parts["train"].rows
        test = project.dataset.parts["test"].rows
        self.fit.setAxes(project.dataset.input_names[0], target_name(project))
        self.fit.setData(x[train], y[train], x[test] if with_test else None, y[test] if with_test else None)


def short_label(places: Addresses, index: int) -> str:
    """Return a short name for a curve: w0[0, 0] or b0[0]."""
    place = places.at(index)
    inside = f"{place.row},{place.column}" if place.name == "weight" else f"{place.row}"
    return f"{place.name[0]}{place.layer}[{inside}]"
