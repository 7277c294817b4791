"""The strip under the network: which parameter is selected, what its neuron computes, and a field to type the value."""

import re
from html import unescape

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from flux_gui.document.project import Project
from flux_gui.gui.addresses import Address, Addresses, addresses
from flux_gui.gui.theme import theme
from flux_gui.gui.view import input_names, layer_formula, neuron_formula, place_title
from flux_gui.gui.widgets import ChoiceField, ElidedLabel, NumberField

HEIGHT = 58
LISTED = 400  # parameters offered by name; of larger networks those of the selected neuron
MOST_TERMS = 12  # of a formula
NAME, DIGITS = 30, 4  # most letters of a name and digits of a number in it
SHORTER = ((16, 4), (12, 4), (9, 3), (5, 3), (3, 2))  # the same where a single term would not fit
TAGS = re.compile(r"<[^>]+>")


class SelectionStrip(QFrame):
    """Signals: typed(flat index, value, key), selected(layer, "weight" | "bias" | ..., row, column); the name is
    "" for a parameter of a layer inside another one."""

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
        self._listed: tuple[int, int] | None = None  # whose parameters the choice offers: (layer, neuron), (-1, -1) for all
        self.title = ElidedLabel()
        self.title.setProperty("muted", True)
        self.formula = QLabel()
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self.formula.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.formula.setMinimumWidth(40)
        self.formula.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.choice = ChoiceField(help_text="The parameter to look at or to type; click an edge or a neuron to select it.")
        self.choice.elide = Qt.TextElideMode.ElideMiddle
        self.choice.setObjectName("parameter.key")
        self.choice.setAccessibleName("Parameter")
        self.choice.valueChanged.connect(lambda key: self.pick(int(key)))
        self.value = NumberField(help_text="Type a value for this weight or bias; Ctrl+Z takes it back.")
        self.value.setObjectName("parameter.value")
        self.value.setAccessibleName("Value of the selected parameter")
        self.value.valueChanged.connect(self._typed)
        theme().changed.connect(self._update)
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

    def show_project(self, project: Project) -> None:
        """Show the parameters in use of `project`, keeping the selection where it still exists."""
        self._project, old = project, self._at
        places = addresses(project)
        if places.slots != self._places.slots:
            self._places = places
            self._at, self._listed = None, None
        self._flat = project.state.parameters_in_use
        kept = places.inside(old.array, old.row, old.column) if old is not None else None
        self.pick(kept.index if kept is not None else 0)

    def show_frame(self, flat: NDArray[np.floating]) -> None:
        """Show live values."""
        if len(flat) == len(self._flat):
            self._flat = flat
            self._update()

    def pick(self, index: int) -> None:
        """Select the parameter at a flat index."""
        if 0 <= index < len(self._places):
            before, self._at = self._at, self._places.at(index)
            self._offer(self._at)
            self.choice.setValue(str(index))
            if before != self._at:
                self.value.restore()
            self._update()
            name = "" if self._at.is_nested else self._at.name
            self.selected.emit(self._at.layer, name, self._at.row, self._at.column)

    def pick_at(self, layer: int, name: str, row: int, column: int) -> None:
        """Select the parameter at a place of the network."""
        found = self._places.find(layer, name, row, column)
        if found is not None:
            self.pick(found.index)

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
        self.title.setText(place_title(project, at))
        self._show_value(float(self._flat[at.index]))
        self.formula.setText(self._formula(project, at))

    def _show_value(self, value: float) -> None:
        if not self.value.pending():  # else what is typed or was refused stays
            self.value.setValue(value)
            self.value.setCursorPosition(0) if not self.value.hasFocus() else None

    def _formula(self, project: Project, at: Address) -> str:
        """Return the formula of the neuron with as many terms as fit into the line."""
        other = layer_formula(project, at)
        if other:
            return other
        colours = theme().colours
        ends = (colours.diverging[1 if not colours.dark else 0], colours.diverging[-1])
        keep = at.column if at.matrix else None
        bold = QFontMetrics(QFont(self.formula.font().family(), self.formula.font().pointSize(), QFont.Weight.Bold))
        at_most = max(
            1, min(MOST_TERMS, len(input_names(project, at.layer)), self.formula.width() // bold.horizontalAdvance("+1.234\u00b7x"))
        )
        text = ""
        for most, longest, digits in (*((count, NAME, DIGITS) for count in range(at_most, 0, -1)), *((1, *short) for short in SHORTER)):
            text = neuron_formula(project, self._places.slots, self._flat, (at.layer, at.row), ends, most, keep, longest, digits)
            if bold.horizontalAdvance(unescape(TAGS.sub("", text))) <= self.formula.width():
                break
        return text

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the formula to the width."""
        super().resizeEvent(event)
        self.choice.setFixedWidth(max(108, min(168, int(0.29 * self.width()))))
        self.value.setFixedWidth(max(88, min(124, int(0.22 * self.width()))))
        self._update()

    def _typed(self, value: float) -> None:
        if self._at is not None:
            self.typed.emit(self._at.index, value, self._at.key)
