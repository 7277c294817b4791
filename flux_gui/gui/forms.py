"""Forms made from tables: one row per setting, label left and field right, built from what the registries say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf
from typing import Any, Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from flux_gui.core.registry import Entry
from flux_gui.gui import icons
from flux_gui.gui.theme import base_font
from flux_gui.gui.widgets.choice_field import ChoiceField
from flux_gui.gui.widgets.elided_label import ElidedLabel
from flux_gui.gui.widgets.number_field import NumberField
from flux_gui.gui.widgets.slider_field import SliderField
from flux_gui.gui.widgets.text_field import TextField
from flux_gui.gui.widgets.toggle import Toggle

# a flag is a switch whose value is the number 0 or 1; a slider and a whole slider are a number and a whole number with a slider
Kind = Literal["number", "integer", "choice", "text", "toggle", "flag", "slider", "whole slider"]
WHOLE = ("integer", "whole slider")
LABEL_ROOM = 110  # a label keeps its text, up to this many pixels, before its field shrinks
MORE_MARGIN = 28  # of the button for more: its icon and padding
INDENT = 12  # pixels by which a setting of a setting stands further right
FieldWidget = NumberField | ChoiceField | TextField | Toggle | SliderField


@dataclass(frozen=True)
class FieldSpec:
    """One row of a form: where the value lives, what it is called, how it is typed, and what it means."""

    path: str
    label: str
    kind: Kind = "number"
    options: tuple[tuple[str, str, str], ...] = ()  # (key, label, tooltip) of a choice
    low: float = -inf
    high: float = inf
    scale: str = "linear"
    help: str = ""
    top: float = 0.0  # where a slider ends, if before `high`
    open_low: bool = False
    step: float = 0.0
    zero: str = ""  # the word that a number field shows for 0
    advanced: bool = False  # folded away until somebody asks for it
    wide: bool = False  # takes all the room beside its label
    indent: int = 0  # belongs to the row above
    name: str = ""  # of the widget, for a second field of the same path; else the path


def _number(spec: FieldSpec) -> FieldWidget:
    return NumberField(
        low=spec.low,
        high=spec.high,
        scale=spec.scale,
        integer=spec.kind == "integer",
        open_low=spec.open_low,
        step=spec.step,
        zero=spec.zero,
        help_text=spec.help,
    )


def _slider(spec: FieldSpec) -> FieldWidget:
    whole = spec.kind in WHOLE
    return SliderField(low=spec.low, high=spec.high, top=spec.top, scale=spec.scale, integer=whole, help_text=spec.help)


# The one table from kind to widget; every widget has value, setValue, valueChanged and setError.
WIDGETS: dict[str, Callable[[FieldSpec], FieldWidget]] = {
    "number": _number,
    "integer": _number,
    "choice": lambda spec: ChoiceField(spec.options, help_text=spec.help),
    "text": lambda spec: TextField(help_text=spec.help),
    "toggle": lambda spec: Toggle(help_text=spec.help),
    "flag": lambda spec: Toggle(help_text=spec.help),
    "slider": _slider,
    "whole slider": _slider,
}


def make_field(spec: FieldSpec) -> FieldWidget:
    """Return the widget for `spec`, with its name for programs and its name for people."""
    widget = WIDGETS[spec.kind](spec)
    widget.setObjectName(spec.name or spec.path)
    widget.setAccessibleName(spec.label)
    return widget


def choices(entries: Sequence[Entry]) -> tuple[tuple[str, str, str], ...]:
    """Return the options of a choice between registry entries: name, label, and a tooltip of formula and meaning."""
    return tuple((entry.name, entry.label, "\n".join(part for part in (entry.formula, entry.doc) if part)) for entry in entries)


@dataclass
class _Row:
    spec: FieldSpec
    box: QWidget
    field: FieldWidget
    error: QLabel
    shown: Any = None  # the value of the project that the field stands for


class Form(QWidget):
    """Rows of fields. Signals: `edited(path, value)` when the user commits a value; showing values never emits."""

    edited = Signal(str, object)

    def __init__(self, fields: Sequence[FieldSpec] = (), parent: QWidget | None = None, *, name: str = "form") -> None:
        super().__init__(parent)
        self._name = name  # what its own button is called by: `name`.more
        self._rows: dict[str, _Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._hidden: set[str] = set()  # rows that the owner does not want to be seen
        self.more = QPushButton(self)
        self.more.setProperty("flat", True)
        self.more.setProperty("fold", True)
        self.more.setIconSize(QSize(12, 12))
        self.more.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_advanced)
        self._column.addWidget(self.more)
        self.setFields(fields)

    def setFields(self, fields: Sequence[FieldSpec]) -> None:
        """Show these rows; a row whose description stays the same keeps its widget, its focus and what is being typed."""
        old, self._rows = self._rows, {}
        self._column.removeWidget(self.more)
        for spec in fields:
            kept = old.get(spec.path)
            row = old.pop(spec.path) if kept is not None and kept.spec == spec else self._make(spec)
            if spec.advanced and not any(one.spec.advanced for one in self._rows.values()):
                self._column.insertWidget(len(self._rows), self.more)
            self._rows[spec.path] = row
            self._column.insertWidget(len(self._rows) - (self._column.indexOf(self.more) < 0), row.box)
        for row in old.values():
            self._column.removeWidget(row.box)
            row.box.hide()
            row.box.setParent(None)
            row.box.deleteLater()
        self._show_advanced(self.more.isChecked())
        self._tab_order()

    def _show_advanced(self, on: bool) -> None:
        """Show or fold the advanced rows; the button before them names what is folded."""
        advanced = [row for row in self._rows.values() if row.spec.advanced]
        names = ", ".join(row.spec.label for row in advanced)
        icons.bind(self.more, "chevron_down" if on else "chevron_right", "muted")
        text = self.tr("Less") if on else self.tr("More: {0}").format(names)
        self.more.setAccessibleName(text)
        self._fit_more()
        self.more.setToolTip(self.tr("Settings that rarely need another value: {0}").format(names))
        self.more.setVisible(bool(advanced))
        self.more.setObjectName(f"{self._name}.more" if advanced else "")
        for row in advanced:
            row.box.setVisible(on and row.spec.path not in self._hidden)

    def _fit_more(self) -> None:
        """Shorten the text of the button to its room."""
        text, room = self.more.accessibleName(), self.width() - MORE_MARGIN
        self.more.setText(self.more.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room) if self.isVisible() else text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text of the button."""
        super().resizeEvent(event)
        self._fit_more()

    def _make(self, spec: FieldSpec) -> _Row:
        box = QWidget(self)
        label = ElidedLabel(spec.label, box)
        label.setProperty("muted", True)
        label.setHelp(spec.help)
        label.setMinimumWidth(min(LABEL_ROOM, ceil(QFontMetricsF(base_font(13)).horizontalAdvance(spec.label))))
        field = make_field(spec)
        field.setParent(box)
        if spec.wide:
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        label.setBuddy(field)
        error = QLabel(box)
        error.setProperty("error", True)
        error.setWordWrap(True)
        error.setTextFormat(Qt.TextFormat.PlainText)
        error.hide()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.setContentsMargins(INDENT * spec.indent, 0, 0, 0)
        line.addWidget(label, int(not spec.wide))
        line.addWidget(field, int(spec.wide))
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(line)
        column.addWidget(error)
        field.valueChanged.connect(lambda value, path=spec.path: self.edited.emit(path, self._typed(path, value)))
        if not isinstance(field, Toggle):
            field.errorChanged.connect(lambda text, shown=error: _tell(shown, text))
        return _Row(spec, box, field, error)

    def _typed(self, path: str, value: Any) -> Any:
        kind = self._rows[path].spec.kind
        return int(value) if kind in WHOLE else float(value) if kind == "flag" else value

    def _tab_order(self) -> None:
        fields: list[QWidget] = [row.field for row in self._rows.values()]
        first_advanced = next((i for i, row in enumerate(self._rows.values()) if row.spec.advanced), None)
        if first_advanced is not None:
            fields.insert(first_advanced, self.more)
        for first, second in pairwise(fields):
            QWidget.setTabOrder(first, second)

    def paths(self) -> list[str]:
        """Return the paths of all rows in order."""
        return list(self._rows)

    def field(self, path: str) -> FieldWidget:
        """Return the widget of `path`; KeyError when the form has no such row."""
        return self._rows[path].field

    def values(self) -> dict[str, Any]:
        """Return path -> value of all rows."""
        return {path: self._typed(path, row.field.value()) for path, row in self._rows.items()}

    def setValues(self, values: Mapping[str, Any]) -> None:
        """Show these values without emitting; what was refused stays with its sentence until another value is shown.

        Paths without a row are passed over.
        """
        for path, given in values.items():
            row = self._rows.get(path)
            if row is None:
                continue
            value: Any = bool(given) if row.spec.kind == "flag" else given
            refused = not isinstance(row.field, Toggle) and bool(row.field.error())
            if refused and row.shown == value:
                continue
            row.shown = value
            if refused:
                self.setError(path, "")
            if refused or row.field.value() != value:
                row.field.setValue(value)

    def setError(self, path: str, sentence: str) -> bool:
        """Show `sentence` at the row `path`, or clear it with ""; return whether the form has that row."""
        row = self._rows.get(path)
        if row is None:
            return False
        row.field.setError(sentence)
        if sentence and row.spec.advanced:
            self.more.setChecked(True)
        if isinstance(row.field, Toggle):
            _tell(row.error, sentence)
        return True

    def clearErrors(self) -> None:
        """Clear what `setError` has shown; the next values replace what was refused."""
        for path, row in self._rows.items():
            row.shown = None
            self.setError(path, "")

    def setRowVisible(self, path: str, on: bool) -> None:
        """Show or hide one row."""
        self._hidden = self._hidden - {path} if on else self._hidden | {path}
        row = self._rows[path]
        row.box.setVisible(on and (self.more.isChecked() or not row.spec.advanced))


def _tell(label: QLabel, sentence: str) -> None:
    label.setText(sentence)
    label.setVisible(bool(sentence))
