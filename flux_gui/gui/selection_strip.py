"""The strip under the network: which parameter is selected, what its neuron computes, and a field to type the value."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from flux_gui.document.project import Project
from flux_gui.gui.theme import theme
from flux_gui.gui.view import Address, Addresses, addresses, input_names, neuron_formula
from flux_gui.gui.widgets import ChoiceField, ElidedLabel, NumberField

HEIGHT = 58
LISTED = 400  # parameters offered by name; more are picked in the picture or the table


class SelectionStrip(QFrame):
    """Signals: typed(flat index, value, key), selected(layer, "weight" | "bias", row, column)."""

    typed = Signal(int, float, str)
    selected = Signal(int, str, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("selection")
        self.setFixedHeight(HEIGHT)
        self._project: Project | None = None
        self._places = Addresses(())
        self._flat: NDArray[np.floating] = np.empty(0)
        self._at: Address | None = None
        self.title = ElidedLabel()
        self.title.setProperty("muted", True)
        self.formula = QLabel()
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self.formula.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.formula.setMinimumWidth(40)
        self.formula.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.choice = ChoiceField(help_text="The parameter to look at or to type; click an edge or a neuron to select it.")
        self.choice.setObjectName("parameter.key")
        self.choice.setAccessibleName("Parameter")
        self.choice.valueChanged.connect(lambda key: self.pick(int(key)))
        self.value = NumberField(help_text="Type a value for this weight or bias; Ctrl+Z takes it back.")
        self.value.setObjectName("parameter.value")
        self.value.setAccessibleName("Value of the selected parameter")
        self.value.valueChanged.connect(self._typed)
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.formula)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.choice)
        row.addWidget(self.value)
        self.value.setFixedWidth(124)
        self.choice.setFixedWidth(178)

    def show_project(self, project: Project) -> None:
        """Show the parameters in use of `project`, keeping the selection where it still exists."""
        self._project = project
        places = addresses(project)
        if places.slots != self._places.slots:
            self._places = places
            count = min(len(places), LISTED)
            self.choice.setItems([(str(i), places.at(i).key, "") for i in range(count)])
        self._flat = project.state.parameters_in_use
        old = self._at
        kept = places.find(old.layer, old.name, old.row, old.column) if old is not None else None
        valid = kept is not None and kept.index < len(places) and places.at(kept.index) == kept
        self.pick(kept.index if kept is not None and valid else 0)

    def show_frame(self, flat: NDArray[np.floating]) -> None:
        """Show live values."""
        if len(flat) == len(self._flat):
            self._flat = flat
            self._update()

    def pick(self, index: int) -> None:
        """Select the parameter at a flat index."""
        if 0 <= index < len(self._places):
            self._at = self._places.at(index)
            self.choice.setValue(str(index)) if index < LISTED else None
            self.choice.setVisible(len(self._places) <= LISTED)
            self.setError("")
            self._update()
            self.selected.emit(self._at.layer, self._at.name, self._at.row, self._at.column)

    def pick_at(self, layer: int, name: str, row: int, column: int) -> None:
        """Select the parameter at a place of the network."""
        found = self._places.find(layer, name, row, column)
        if found is not None:
            self.pick(found.index)

    def setError(self, sentence: str) -> None:
        """Show why the typed value was refused."""
        self.value.setError(sentence)

    def _update(self) -> None:
        at, project = self._at, self._project
        if at is None or project is None:
            return
        source = f"weight from {input_names(project, at.layer)[at.column]}" if at.name == "weight" else "bias"
        self.title.setText(f"Layer {at.layer} \u00b7 neuron {at.row} \u00b7 {source}")
        self.value.setValue(float(self._flat[at.index]))
        self.value.setCursorPosition(0) if not self.value.hasFocus() else None
        colours = theme().colours
        ends = (colours.diverging[1 if not colours.dark else 0], colours.diverging[-1])
        most = self._terms(input_names(project, at.layer))
        self.formula.setText(neuron_formula(project, self._places.slots, self._flat, (at.layer, at.row), ends, most))

    def _terms(self, names: list[str]) -> int:
        """Return how many terms of the formula fit into its line."""
        letter = max(1, self.formula.fontMetrics().horizontalAdvance("0"))
        each = 9 + max((len(name) for name in names), default=1)
        return max(1, (self.formula.width() // letter - 24) // each)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the formula to the width."""
        super().resizeEvent(event)
        self._update()

    def _typed(self, value: float) -> None:
        if self._at is not None:
            self.typed.emit(self._at.index, value, self._at.key)
