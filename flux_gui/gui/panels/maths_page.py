"""See the maths: one neuron and one row with all numbers, from what comes in to what the next step of training does to each weight."""

from html import escape

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_gui.document.project import Project
from flux_gui.document.states import Curve
from flux_gui.gui import formulas
from flux_gui.gui.addresses import Address, addresses
from flux_gui.gui.chosen_row import PARTS, TITLES, ChosenRow
from flux_gui.gui.formulas import figure
from flux_gui.gui.maths_table import MathsTable
from flux_gui.gui.plots.history_line import HistoryLine
from flux_gui.gui.theme import theme
from flux_gui.gui.view import input_names, layer_titles
from flux_gui.gui.widgets import ChoiceField, ElidedLabel, NumberField, OverlayScrollArea, Segmented
from flux_gui.runtime.explain import NeuronMaths
from flux_gui.runtime.maths_probe import Maths
from flux_gui.specs import BatchNormSpec, DenseSpec, DropoutSpec

CHOOSER, EQUATIONS, WIDER, TABLE = 222, 322, 470, 1000  # pixels of the columns; what is left to all goes to the table, up to a limit
TERMS = 3  # of the sum that makes the error of a neuron


class MathsPage(QWidget):
    """Signals: neuronChosen(layer, unit), parameterChosen(flat index), watched(bool) when somebody begins or ceases to look."""

    neuronChosen = Signal(int, int)
    parameterChosen = Signal(int)
    watched = Signal(bool)

    def __init__(self, row: ChosenRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self._project: Project | None = None
        self._maths: Maths | None = None
        self._at: Address | None = None
        self._make_fields()
        self.equations = QLabel()
        self.equations.setTextFormat(Qt.TextFormat.RichText)
        self.equations.setWordWrap(True)
        self.equations.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.equations.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.equations.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.equations.setAccessibleName("The maths of the neuron")
        self.table = MathsTable()
        self.table.picked.connect(self.parameterChosen)
        self.key, self.history = ElidedLabel(), HistoryLine()
        self.key.setProperty("title", True)
        self.history.setAccessibleName("History of the parameter")
        self.history.setToolTip("The value of the selected parameter over the epochs of this run.")
        row.changed.connect(self._show_row)
        theme().changed.connect(self._show)
        self._lay_out()

    def _make_fields(self) -> None:
        self.layer = ChoiceField(help_text="The layer of the neuron; a click on a neuron or an edge in the picture chooses it too.")
        self.layer.setObjectName("maths.layer")
        self.layer.setAccessibleName("Layer")
        self.layer.valueChanged.connect(lambda key: self.neuronChosen.emit(int(key), 0))
        self.unit = NumberField(low=0, integer=True, step=1, help_text="The neuron of the layer, counted from 0.")
        self.unit.setObjectName("maths.neuron")
        self.unit.setAccessibleName("Neuron")
        self.unit.valueChanged.connect(lambda unit: self.neuronChosen.emit(int(self.layer.value() or 0), int(unit)))
        self.part = Segmented(tuple((part, TITLES[part], f"A row of the {TITLES[part]} rows") for part in PARTS))
        self.part.setAccessibleName("Rows")
        self.part.valueChanged.connect(lambda part: self._row.choose("validation" if part == "validation" else "train", 0))
        self.number = NumberField(low=1, integer=True, step=1, help_text="Which of these rows, counted from 1. Test rows stay sealed.")
        self.number.setObjectName("maths.row")
        self.number.setAccessibleName("Sample")
        self.number.valueChanged.connect(lambda number: self._row.choose(self._row.part, int(number) - 1))

    def _lay_out(self) -> None:
        form = QGridLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setHorizontalSpacing(6)
        for place, (text, field) in enumerate((("Layer", self.layer), ("Neuron", self.unit), ("Sample", self.number))):
            label = QLabel(text)
            label.setProperty("muted", True)
            form.addWidget(label, place, 0)
            form.addWidget(field, place, 1)
        form.addWidget(self.part, 3, 1)
        form.setColumnStretch(1, 1)
        chooser = QVBoxLayout()
        chooser.setSpacing(4)
        chooser.addLayout(form)
        chooser.addSpacing(4)
        chooser.addWidget(self.key)
        chooser.addWidget(self.history, 1)
        area = OverlayScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.equations)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        inside = QWidget()
        chooser.setContentsMargins(0, 0, 8, 0)
        inside.setLayout(chooser)
        left = OverlayScrollArea()  # a low page can be scrolled
        left.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        left.setWidget(inside)
        left.setFixedWidth(CHOOSER)
        area.setMinimumWidth(EQUATIONS)
        area.setMaximumWidth(WIDER)
        self.table.setMaximumWidth(TABLE)
        for column, stretch in ((left, 0), (area, 1), (self.table, 3)):
            row.addWidget(column, stretch)
        row.addStretch(0)

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_project(self, project: Project) -> None:
        """Offer the neurons of `project`."""
        self._project, self._maths = project, None
        titles = layer_titles(project)
        dense = [i for i, layer in enumerate(project.spec.model.layers) if isinstance(layer, DenseSpec)]
        self.layer.setItems([(str(i), f"{i} \u00b7 {titles[i]}", "") for i in dense])
        self._show_row()

    def show_selection(self, layer: int, unit: int, at: Address | None) -> None:
        """Show which neuron is selected, and the parameter whose history is wanted."""
        project = self._project
        if project is None:
            return
        spec = project.spec.model.layers[layer]
        self.layer.setValue(str(layer))
        self.unit.setRange(0, spec.units - 1 if isinstance(spec, DenseSpec) else 0)
        self.unit.setValue(unit)
        self._at = at
        self.key.setText(at.key if at is not None else "")
        if at is not None:
            self.table.select(at.index)
        else:
            self.show_history(None)

    def show_maths(self, maths: Maths) -> None:
        """Show what was found."""
        self._maths = maths
        self._show()

    def show_history(self, curve: Curve | None) -> None:
        """Show the history of the selected parameter."""
        note = "Select a weight or a bias to see its history." if self._at is None else "Pin it and train: then its history is kept."
        self.history.setNote(note)
        self.history.setCurve(curve)

    def _show_row(self) -> None:
        self.part.setValue(self._row.part)
        self.part.button("validation").setEnabled(self._row.count("validation") > 0)
        self.number.setRange(1, max(1, self._row.count(self._row.part)))
        self.number.setValue(self._row.row + 1)

    def _show(self) -> None:
        project, neuron = self._project, self._maths.neuron if self._maths is not None else None
        if project is None or self._maths is None or neuron is None:
            self.equations.setText("")
            self.table.terms.clear()
            return
        found = terms(project, neuron)
        if found is None:
            return  # of a network that is gone
        self.table.terms.show_neuron(*found, neuron, self._maths.step)
        if self._at is not None:
            self.table.select(self._at.index)
        self.equations.setText(equations(project, self._maths, neuron))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to look."""
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Cease to look."""
        super().hideEvent(event)
        self.watched.emit(False)


def terms(project: Project, neuron: NeuronMaths) -> tuple[tuple[str, ...], NDArray[np.intp]] | None:
    """Return the names of what enters a neuron and the flat indices of its weights, the bias last; None in another network."""
    layer, unit, places = neuron.place.layer, neuron.place.unit, addresses(project)
    names, first, bias = input_names(project, layer), places.find(layer, "weight", unit, 0), places.find(layer, "bias", unit, 0)
    spec = project.spec.model.layers[layer]
    if first is None or not isinstance(spec, DenseSpec) or len(names) != len(neuron.inputs) or (bias is None) != (neuron.bias is None):
        return None
    indices = first.index + spec.units * np.arange(len(names))
    return (tuple(names), indices) if bias is None else ((*names, "bias"), np.append(indices, bias.index))


def equations(project: Project, maths: Maths, neuron: NeuronMaths) -> str:
    """Return the lines of the calculation as a table of rich text: sum, activation, error, slope, delta, next step."""
    layer = project.spec.model.layers[neuron.place.layer]
    assert isinstance(layer, DenseSpec)
    name = formulas.activation_name(layer)
    product = float(np.dot(neuron.weights.astype(np.float64), neuron.inputs))
    bias = "" if neuron.bias is None else f" {formulas.MINUS if neuron.bias < 0 else '+'} {figure(abs(neuron.bias))}"
    lines = [
        ("row", escape(formulas.answer(project, neuron))),
        ("sum", f"z = w\u00b7x{' + b' if bias else ''} = {figure(product)}{bias} = <b>{figure(neuron.z)}</b>"),
        ("activation", f"h = {f'{name}({figure(neuron.z)})' if name else 'z'} = <b>{figure(neuron.output)}</b>"),
        ("error back", f"\u2202L/\u2202h = {_sum_of_errors(project, neuron)}<b>{figure(neuron.error)}</b>"),
        ("slope", f"{_slope(name, neuron)} = <b>{figure(neuron.slope)}</b>"),
        ("delta", f"\u03b4 = \u2202L/\u2202z = {figure(neuron.error, 3)} \u00d7 {figure(neuron.slope, 3)} = <b>{figure(neuron.delta)}</b>"),
        ("gradient", "\u2202L/\u2202w = \u03b4\u00b7x, \u2202L/\u2202b = \u03b4"),
        ("next step", _next(project, maths)),
    ]
    muted = theme().colours.muted
    rows = "".join(f'<tr><td style="color:{muted}; padding-right:10px">{what}</td><td>{text}</td></tr>' for what, text in lines)
    return f'<table cellspacing="0" cellpadding="1">{rows}</table>{_mode(project, muted)}'


def _sum_of_errors(project: Project, neuron: NeuronMaths) -> str:
    """Return where the error of a neuron comes from: the strongest terms of the sum over the neurons that it feeds, or the loss."""
    if not neuron.back:
        last = not any(isinstance(layer, DenseSpec) for layer in project.spec.model.layers[neuron.place.layer + 1 :])
        return f"{escape(project.spec.training.loss.name)}: " if last else "through the layers behind: "
    order = sorted(range(len(neuron.back)), key=lambda i: -abs(neuron.back[i][0] * neuron.back[i][1]))[:TERMS]
    parts = [f"{_sign(neuron.back[i][0])}{figure(abs(neuron.back[i][0]), 3)}\u00b7{_bracketed(neuron.back[i][1])}" for i in sorted(order)]
    more = len(neuron.back) - len(parts)
    text = " ".join(parts).removeprefix("+ ")
    text = f"{text[0]}{text[2:]}" if text.startswith(f"{formulas.MINUS} ") else text
    return f"\u03a3 \u03b4\u2096w\u2096 = {text}{f' + {more} more' if more else ''} = "


def _sign(value: float) -> str:
    return f"{formulas.MINUS} " if value < 0 else "+ "


def _bracketed(value: float) -> str:
    text = figure(value, 3)
    return f"({text})" if value < 0 else text


def _slope(name: str, neuron: NeuronMaths) -> str:
    return f"{name}\u2032({figure(neuron.z)})" if name else "\u2202h/\u2202z"


def _next(project: Project, maths: Maths) -> str:
    if maths.step is None:
        return "\u2026" if maths.pending or not maths.wish.step else "leads nowhere: the gradient is not finite"
    place = maths.wish.neuron
    row = place.row if place is not None and place.part == "train" else None
    training = project.spec.training
    rules = " \u2192 ".join(rule.name for rule in (*training.chain, training.optimiser))
    later = "; from the last epoch, not the best one shown here" if project.state.in_use == "best" and project.state.best else ""
    return escape(formulas.step_line(maths.step, rules, row) + later)


def _mode(project: Project, muted: str) -> str:
    """Return what is different in training, for networks where something is."""
    kinds = {type(layer) for layer in project.spec.model.layers}
    parts = ["dropout rests"] * (DropoutSpec in kinds) + ["norms use their running means"] * (BatchNormSpec in kinds)
    if not parts:
        return ""
    return f'<p style="color:{muted}">As the network answers: {" and ".join(parts)}. The next step is made as in training.</p>'
