"""The strip under the network: the formula of what is selected (parameter, neuron, layer, step or the whole network) with the numbers of
the chosen row, and a field to type the value."""

import re
from html import unescape

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from flux_gui.document.pins import pinned
from flux_gui.document.project import Project
from flux_gui.gui import formulas, icons
from flux_gui.gui.addresses import Address, Addresses, addresses
from flux_gui.gui.theme import theme
from flux_gui.gui.view import input_names, layer_formula, neuron_formula, place_title
from flux_gui.gui.widgets import ChoiceField, ElidedLabel, NumberField
from flux_gui.runtime.explain import Neuron
from flux_gui.runtime.maths_probe import Maths
from flux_gui.specs import DenseSpec

HEIGHT = 74
LISTED = 400  # parameters offered by name; of larger networks those of the selected neuron
MOST_TERMS = 12  # of a formula
NAME, DIGITS = 30, 4  # most letters of a name and digits of a number in it
SHORTER = ((16, 4), (12, 4), (9, 3), (5, 3), (3, 2))  # the same where a single term would not fit
TAGS = re.compile(r"<[^>]+>")


class SelectionStrip(QFrame):
    """Signals: typed(flat index, value, key), selected(layer, "weight" | "bias" | ..., row, column); the name is
    "" for a parameter of a layer inside another one; subjectChanged() when something else is selected, a layer too;
    pinRequested(flat index, on); mathsRequested() to see all of the maths."""

    typed = Signal(int, float, str)
    selected = Signal(int, str, int, int)
    subjectChanged = Signal()
    pinRequested = Signal(int, bool)
    mathsRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("selection")
        self.setFixedHeight(HEIGHT)
        self._project: Project | None = None
        self._places = Addresses(())
        self._flat: NDArray[np.floating] = np.empty(0)
        self._at: Address | None = None
        self._layer: str | None = None  # the id of a layer that is selected itself, "" for the whole network; None: a parameter is
        self._listed: tuple[int, int] | None = None  # whose parameters the choice offers: (layer, neuron), (-1, -1) for all
        self._maths: Maths | None = None
        self.title = ElidedLabel()
        self.title.setProperty("muted", True)
        self.formula = QLabel()
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self.formula.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.formula.setMinimumWidth(40)
        self.formula.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.details = ElidedLabel()
        self.details.setProperty("hint", True)
        self._make_fields()
        theme().changed.connect(self._update)
        self._lay_out()

    def _make_fields(self) -> None:
        self.choice = ChoiceField(help_text="The parameter to look at or to type; click an edge or a neuron to select it.")
        self.choice.elide = Qt.TextElideMode.ElideMiddle
        self.choice.setObjectName("parameter.key")
        self.choice.setAccessibleName("Parameter")
        self.choice.valueChanged.connect(lambda key: self.pick(int(key)))
        self.value = NumberField(help_text="Type a value for this weight or bias; Ctrl+Z takes it back.")
        self.value.setObjectName("parameter.value")
        self.value.setAccessibleName("Value of the selected parameter")
        self.value.valueChanged.connect(self._typed)
        self.pin = QToolButton()
        self.pin.setObjectName("parameter.pin")
        self.pin.setAccessibleName("Pin to the plot")
        self.pin.setToolTip("Show this parameter in the live plot of parameters (up to eight); kept in the project.")
        self.pin.setCheckable(True)
        self.pin.setProperty("framed", True)
        self.pin.setFixedSize(26, 26)
        self.pin.clicked.connect(self._pin)
        icons.bind(self.pin, "pin")
        self.maths = QPushButton()
        self.maths.setObjectName("strip.maths")
        self.maths.setProperty("flat", True)
        self.maths.setProperty("small", True)
        self.maths.setAccessibleName("See the maths")
        self.maths.setToolTip("The row whose numbers these are. Click to see all of the maths, and to choose another row.")
        self.maths.clicked.connect(self.mathsRequested)

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for row, widgets in ((top, (self.title, self.choice, self.value, self.pin)), (bottom, (self.details, self.maths))):
            row.setSpacing(8)
            for widget in widgets:
                row.addWidget(widget, int(widget in (self.title, self.details)))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 1)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.formula, 1)
        column.addLayout(bottom)

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_project(self, project: Project) -> None:
        """Show the parameters in use of `project`, keeping the selection where it still exists."""
        self._project, old = project, self._at
        places = addresses(project)
        if places.slots != self._places.slots:
            self._places = places
            self._at, self._listed, self._maths = None, None, None
        self._flat = project.state.parameters_in_use
        kept = places.inside(old.array, old.row, old.column) if old is not None else None
        layer = self._layer
        self.pick(kept.index if kept is not None else 0)
        if layer is not None and (layer == "" or formulas.known(project, layer)):
            self.show_layer(layer)

    def show_frame(self, flat: NDArray[np.floating]) -> None:
        """Show live values."""
        if len(flat) == len(self._flat):
            self._flat = flat
            self._update()

    def show_maths(self, maths: Maths) -> None:
        """Show the numbers of a row in the formula, and what the next step does."""
        if maths.neuron is not None or maths.step is not None:
            self._maths = maths
            self._update()

    def show_row(self, title: str) -> None:
        """Say which row the numbers are of."""
        self.maths.setText(title)
        self._maths = None

    def pick(self, index: int) -> None:
        """Select the parameter at a flat index."""
        if 0 <= index < len(self._places):
            before, self._at = self._at, self._places.at(index)
            self._layer = None
            self._offer(self._at)
            self.choice.setValue(str(index))
            if before != self._at:
                self.value.restore()
            self._update()
            name = "" if self._at.is_nested else self._at.name
            self.selected.emit(self._at.layer, name, self._at.row, self._at.column)
            self.subjectChanged.emit()

    def pick_at(self, layer: int, name: str, row: int, column: int) -> None:
        """Select the parameter at a place of the network."""
        found = self._places.find(layer, name, row, column)
        if found is not None:
            self.pick(found.index)

    def pick_neuron(self, layer: int, unit: int) -> None:
        """Select a neuron of the Chain: its bias, or its first weight where it has none."""
        found = self._places.find(layer, "bias", unit, 0) or self._places.find(layer, "weight", unit, 0)
        if found is not None:
            self.pick(found.index)

    def show_layer(self, id: str) -> None:
        """Select a layer or step by id, or the whole network with ""; the fields stay with the parameter selected before."""
        if self._project is not None and (id == "" or formulas.known(self._project, id)):
            self._layer = id
            self._update()
            self.subjectChanged.emit()

    def parameter(self) -> Address | None:
        """Return the selected parameter, None while a layer or the network is selected."""
        return self._at if self._layer is None else None

    def place(self, part: str, row: int) -> Neuron | None:
        """Return the neuron whose maths is shown, for a row; of a layer or the network the first of its neurons or of the outputs."""
        if self._project is None or self._at is None:
            return None
        if self._layer is not None:
            return Neuron(formulas.home_of(self._project, self._layer), 0, part, row)
        spec = self._project.spec.model.layers[self._at.layer]
        neuron = isinstance(spec, DenseSpec) and not self._at.is_nested
        return Neuron(self._at.layer, self._at.row, part, row) if neuron else Neuron(formulas.home_of(self._project, ""), 0, part, row)

    # --- inside --------------------------------------------------------------------------------------------------

    def _offer(self, at: Address) -> None:
        """Offer all parameters by name, or in a large network those of the neuron of `at`."""
        whole = len(self._places) <= LISTED
        wanted = (-1, -1) if whole else (at.layer, at.row)
        if wanted != self._listed:
            self._listed = wanted
            found = [self._places.at(i) for i in range(len(self._places))] if whole else self._places.of_neuron(at, LISTED)
            self.choice.setItems([(str(one.index), one.key, "") for one in found])

    def setError(self, sentence: str) -> None:
        """Show why the typed value was refused."""
        self.value.setError(sentence)

    def _update(self) -> None:
        at, project = self._at, self._project
        if at is None or project is None:
            return
        self.pin.setChecked(at.index in pinned(project))
        self._show_value(float(self._flat[at.index]))
        if self._layer is not None:
            self._show_layer(project, self._layer)
            return
        self.title.setText(place_title(project, at))
        self.formula.setText(self._formula(project, at))
        self.details.setText(self._parameter_details(at))

    def _show_layer(self, project: Project, id: str) -> None:
        neuron = self._maths.neuron if self._maths is not None else None
        said = formulas.answer(project, neuron) if neuron is not None else ""
        self.title.setText(formulas.layer_title(project, id) if id else formulas.network_title(project))
        self.formula.setText(formulas.layer_text(project, id) if id else formulas.network_text(project))
        self.details.setText(formulas.layer_details(project, id) if id else said)

    def _parameter_details(self, at: Address) -> str:
        """Return what the error does to the parameter: of a bias how it comes back, of a weight what the next step makes of it."""
        maths, state = self._maths, self._project.state if self._project is not None else None
        if maths is None or state is None:
            return ""
        step = maths.step if maths.step is not None and at.index < len(maths.step.update) else None
        best = state.best is not None and state.in_use == "best"
        if maths.neuron is not None and at.name == "bias" and self._is_of(at, maths):
            error = formulas.error_line(maths.neuron)
            return error if step is None else f"{error} \u00b7 {formulas.moves(step, at.index, best)}"
        return formulas.change_line(step, at.index, best) if step is not None else ""

    def _is_of(self, at: Address, maths: Maths) -> bool:
        place = maths.neuron.place if maths.neuron is not None else None
        return place is not None and not at.is_nested and (place.layer, place.unit) == (at.layer, at.row)

    def _show_value(self, value: float) -> None:
        if not self.value.pending():  # else what is typed or was refused stays
            self.value.setValue(value)
            self.value.setCursorPosition(0) if not self.value.hasFocus() else None

    def _formula(self, project: Project, at: Address) -> str:
        """Return the formula of the neuron with as many terms as fit into the line, and what it gives for the row."""
        other = layer_formula(project, at)
        if other:
            return other
        colours = theme().colours
        ends = (colours.diverging[1 if not colours.dark else 0], colours.diverging[-1])
        keep = at.column if at.matrix else None
        spec, maths = project.spec.model.layers[at.layer], self._maths
        end = ""
        if maths is not None and maths.neuron is not None and self._is_of(at, maths) and isinstance(spec, DenseSpec):
            end = formulas.outcome(spec, maths.neuron)
        bold = QFontMetrics(QFont(self.formula.font().family(), self.formula.font().pointSize(), QFont.Weight.Bold))
        room = self.formula.width() - bold.horizontalAdvance(unescape(TAGS.sub("", end)))
        at_most = max(1, min(MOST_TERMS, len(input_names(project, at.layer)), room // bold.horizontalAdvance("+1.234\u00b7x")))
        text = ""
        for most, longest, digits in (*((count, NAME, DIGITS) for count in range(at_most, 0, -1)), *((1, *short) for short in SHORTER)):
            text = neuron_formula(project, self._places.slots, self._flat, (at.layer, at.row), ends, most, keep, longest, digits)
            if bold.horizontalAdvance(unescape(TAGS.sub("", text))) <= room:
                break
        return text + end

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the formula to the width."""
        super().resizeEvent(event)
        self.choice.setFixedWidth(max(108, min(160, int(0.26 * self.width()))))
        self.value.setFixedWidth(max(88, min(136, int(0.22 * self.width()))))
        self._update()

    def _typed(self, value: float) -> None:
        if self._at is not None:
            self.typed.emit(self._at.index, value, self._at.key)

    def _pin(self, on: bool) -> None:
        if self._at is not None:
            self.pinRequested.emit(self._at.index, on)
            self.pin.setChecked(self._project is not None and self._at.index in pinned(self._project))
