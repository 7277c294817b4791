"""The settings of one layer, made from its registry entry; layers inside it follow in indented rows, with buttons that add and remove."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from flux_gui.document import nesting
from flux_gui.document.widths import passed
from flux_gui.engine import models
from flux_gui.engine.models import entry_of
from flux_gui.gui import icons
from flux_gui.gui.forms import INDENT, FieldSpec, Form
from flux_gui.gui.layer_menu import layer_menu, open_below
from flux_gui.gui.setting_fields import setting_fields, setting_values
from flux_gui.gui.view import step_title
from flux_gui.gui.widgets import ElidedLabel
from flux_gui.specs import FormulaSpec, LayerSpec, ParallelSpec

RARE = ("bias", "affine", "momentum", "eps")  # settings that are folded away
START = "What this parameter of the formula is before training."
PER = "Whether every column has a number of its own, or all columns share one."
PERS = (("column", "each column", "as many numbers as there are columns"), ("layer", "the whole layer", "one number"))


class LayerForm(QWidget):
    """Shows one layer. Signals: edited(path, value); formsChanged() when other layers are inside than before."""

    edited = Signal(str, object)
    formsChanged = Signal()

    def __init__(self, parent: QWidget | None = None, *, name: str = "panel.layer") -> None:
        super().__init__(parent)
        self.form = Form(name=name)
        self.form.edited.connect(self.edited)
        self.inner: list[InnerLayers] = []
        self._kind: tuple[str, int] = ("", 0)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self.column.addWidget(self.form)

    def forms(self) -> list[Form]:
        """Return the form of the layer and those of the layers inside."""
        return [self.form, *(form for group in self.inner for form in group.forms())]

    def show_layer(
        self,
        layer: LayerSpec,
        path: str,
        inputs: int,
        *,
        without: Sequence[str] = (),
        extra: Sequence[FieldSpec] = (),
        mirror: bool = False,
    ) -> None:
        """Show `layer`, which stands at `path` and has so many inputs.

        The settings `without` are left out, the rows `extra` follow; `mirror`: the activation can be chosen elsewhere too.
        """
        settings = [setting for setting in entry_of(layer).settings if setting.name not in without]
        fields = setting_fields(settings, path, layer)
        values = setting_values(settings, path, layer)
        if isinstance(layer, FormulaSpec):
            fields, values = _with_parameters(fields, values, layer, path)
        if mirror:
            fields = [replace(one, name=f"panel.{one.path}") if one.path == f"{path}.activation" else one for one in fields]
        fields = [replace(one, advanced=_is_rare(one.path.removeprefix(f"{path}."), nested=not extra)) for one in fields]
        rows = sorted((*fields, *extra), key=lambda one: one.advanced)
        self.form.setFields(rows)
        self.form.setValues(values)
        self._show_groups(layer, path, inputs)

    def _show_groups(self, layer: LayerSpec, path: str, inputs: int) -> None:
        groups = nesting.groups(layer)
        kind = (nesting.kind_of(layer), len(groups))
        if kind != self._kind:
            self._kind = kind
            for old in self.inner:
                old.hide()
                old.deleteLater()
            self.inner = [InnerLayers() for _group in groups]
            for group in self.inner:
                group.edited.connect(self.edited)
                self.column.addWidget(group)
            self.formsChanged.emit()
        several = isinstance(layer, ParallelSpec)
        for number, (shown, layers) in enumerate(zip(self.inner, groups, strict=True)):
            title = f"Branch {number}" if several else "Inside"
            shown.show_layers(title, layers, f"{path}.branches.{number}" if several else f"{path}.layers", inputs)


@dataclass
class _Row:
    id: str
    box: QWidget
    title: ElidedLabel
    remove: QToolButton
    form: LayerForm


class InnerLayers(QWidget):
    """A list of layers inside another one. Signal: edited(path, value)."""

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[LayerSpec, ...] = ()
        self._path, self._inputs = "", 0
        self.title = ElidedLabel()
        self.title.setProperty("muted", True)
        self.add = QPushButton("Add")
        self.add.setProperty("flat", True)
        self.add.setToolTip("Add a layer at the end of these")
        self.add.clicked.connect(lambda: open_below(layer_menu(self, self._added, self.add.objectName()), self.add))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.add)
        self.rows: list[_Row] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(INDENT, 0, 0, 0)
        self.column.setSpacing(2)
        self.column.addLayout(head)

    def forms(self) -> list[Form]:
        """Return the forms of all layers here."""
        return [form for row in self.rows for form in row.form.forms()]

    def show_layers(self, title: str, layers: tuple[LayerSpec, ...], path: str, inputs: int) -> None:
        """Show `layers`, which stand at `path`; rows of layers that stay keep what is being typed."""
        self._layers, self._path, self._inputs = layers, path, inputs
        self.title.setText(title if layers else f"{title}: nothing")
        self.add.setObjectName(f"panel.{path}.add")
        self.add.setAccessibleName(f"Add a layer, {title}")
        wanted = [layer.id for layer in layers]
        for row in [row for row in self.rows if row.id not in wanted]:
            self.rows.remove(row)
            row.box.hide()
            row.box.deleteLater()
        known = {row.id: row for row in self.rows}
        self.rows = [known.get(layer.id) or self._row(layer.id) for layer in layers]
        for place, (layer, row) in enumerate(zip(layers, self.rows, strict=True)):
            self.column.insertWidget(place + 1, row.box)
            row.title.setText(step_title(layer))
            row.remove.setObjectName(f"panel.{path}.{place}.remove")
            row.form.show_layer(layer, f"{path}.{place}", passed(layers[:place], inputs))

    def _row(self, id: str) -> _Row:
        row = _Row(id, QWidget(self), ElidedLabel(), QToolButton(), LayerForm(name=f"panel.{id}"))
        icons.bind(row.remove, "close", "muted")
        row.remove.setFixedSize(20, 20)
        row.remove.setToolTip("Remove this layer")
        row.remove.setAccessibleName("Remove this layer")
        row.remove.clicked.connect(partial(self._removed, id))
        row.form.edited.connect(self.edited)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(row.title, 1)
        head.addWidget(row.remove)
        column = QVBoxLayout(row.box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(row.form)
        return row

    def _added(self, kind: str) -> None:
        layer = models.new(kind, kind, passed(self._layers, self._inputs))
        self.edited.emit(self._path, (*self._layers, layer))

    def _removed(self, id: str) -> None:
        self.edited.emit(self._path, tuple(layer for layer in self._layers if layer.id != id))


def _is_rare(name: str, nested: bool) -> bool:
    return name in RARE or name.startswith("initialiser" if nested else "initialiser.")


def _with_parameters(
    fields: list[FieldSpec], values: dict[str, Any], layer: FormulaSpec, path: str
) -> tuple[list[FieldSpec], dict[str, Any]]:
    """Return fields and values with the rows of a formula layer's trainable parameters."""
    rows, values = list(fields), dict(values)
    for one in layer.parameters:
        own = f"{path}.parameters.{one.name}"
        rows.append(FieldSpec(f"{own}.start", f"{one.name} starts at", "number", low=-1e30, high=1e30, help=START))
        rows.append(FieldSpec(f"{own}.per", "one for", "choice", PERS, help=PER, indent=1))
        values |= {f"{own}.start": one.start, f"{own}.per": one.per}
    return rows, values
