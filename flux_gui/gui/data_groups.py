"""The folded groups of the Data section: how columns become numbers, and how rows are divided."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from flux_gui.data.features import written
from flux_gui.data.missing import IMPUTERS
from flux_gui.data.scaling import SCALERS
from flux_gui.data.split import SPLITS
from flux_gui.data.table import Table
from flux_gui.document.project import Project
from flux_gui.gui.column_menu import column_specs
from flux_gui.gui.data_chips import brief
from flux_gui.gui.data_menus import could_be
from flux_gui.gui.forms import FieldSpec, Form, choices
from flux_gui.gui.setting_fields import hyper_fields
from flux_gui.gui.widgets import Chip, ElidedLabel, FlowRow, Fold
from flux_gui.specs import ColumnSpec, FileData

PREPARE, SPLIT = "data.prepare", "data.split"
FEATURES = f"{PREPARE}.features"
PREPARING = "How columns become numbers for the network; everything is fitted on training rows only."
DIVIDING = "Which rows train, which choose the best epoch, and which stay sealed until Verify."
SCALING = "How the numbers of every input are brought to one size; that makes training faster."
TARGET = "How the quantity to predict is brought to the size of the network's outputs; errors are shown in its own units."
MISSING = "What stands in for a missing cell of an input."
INDICATOR = "One more input for every column with missing cells: 1 where the cell is missing, else 0."
FEATURE = "Further inputs, separated by commas, such as x1^2, sin(x1). A name with blanks goes into backticks: `petal length`^2."
NONE = "none"
FRACTIONS = (NONE, "shares", "rows are divided by the shares below")
BY = "A column with the words train, validation and test, or shares."
FEW = 6  # number columns of a table that gets tiles
TILES = 2  # number columns for which features are offered


class PrepareGroup(Fold):
    """Scaling, missing cells and further features; its `form` tells what is edited."""

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Prepare", f"panel.{PREPARE}", PREPARING, parent)
        self.form = Form()
        self.form.edited.connect(self.edited)
        self.tiles = FlowRow()
        self.tiles.hide()
        self._offered: tuple[tuple[str, bool], ...] = ()
        self._features: tuple[str, ...] = ()
        self.addWidget(self.form)
        self.addWidget(self.tiles)

    def show_project(self, project: Project) -> None:
        """Show how the columns of `project` are prepared."""
        self._summarise(project)
        self.fill(lambda: self._show(project))

    def _show(self, project: Project) -> None:
        prepare, file = project.spec.data.prepare, isinstance(project.spec.data.source, FileData)
        scalers, regression = choices(SCALERS.in_window()), project.dataset.task == "regression"
        fields = [FieldSpec(f"{PREPARE}.scale_inputs", "Inputs", "choice", scalers, help=SCALING)]
        if regression:
            fields.append(FieldSpec(f"{PREPARE}.scale_target", "Target", "choice", scalers, help=TARGET))
        if file:
            imputer = IMPUTERS.get(prepare.missing)
            fields.append(FieldSpec(f"{PREPARE}.missing", "Missing cells", "choice", choices(IMPUTERS.in_window()), help=MISSING))
            fields += [replace(field, indent=1) for field in hyper_fields(imputer, PREPARE)]
            fields.append(FieldSpec(f"{PREPARE}.missing_indicator", "Tell where missing", "toggle", help=INDICATOR))
        fields.append(FieldSpec(FEATURES, "Features", "text", help=FEATURE, wide=True))
        self.form.setFields(fields)
        self.form.setValues(
            {
                f"{PREPARE}.scale_inputs": prepare.scale_inputs,
                f"{PREPARE}.scale_target": prepare.scale_target,
                f"{PREPARE}.missing": prepare.missing,
                f"{PREPARE}.missing_constant": prepare.missing_constant,
                f"{PREPARE}.missing_indicator": prepare.missing_indicator,
                FEATURES: ", ".join(prepare.features),
            }
        )
        self._features = prepare.features
        self._show_tiles(_suggested(project))

    def _summarise(self, project: Project) -> None:
        prepare = project.spec.data.prepare
        words = [SCALERS.get(prepare.scale_inputs).label]
        if prepare.missing != "median" and isinstance(project.spec.data.source, FileData):
            words.append(IMPUTERS.get(prepare.missing).label)
        if prepare.missing_indicator:
            words.append("told where missing")
        if prepare.features:
            words.append(f"{len(prepare.features)} feature{'s' * (len(prepare.features) > 1)}")
        self.setSummary(" \u00b7 ".join(words), len(words) > 1)

    def _show_tiles(self, suggested: Sequence[str]) -> None:
        """Offer features as tiles; one that is in use is lit, and a click takes it away again."""
        offered = tuple((text, text in self._features) for text in suggested)
        if offered == self._offered:
            return
        self._offered = offered
        self.tiles.clear()
        for text, on in offered:
            chip = Chip(
                text, f"Take {text} away again." if on else f"Give the network {text} as a further input.", kind="on" if on else "info"
            )
            chip.setClickable(menu=False)
            chip.setObjectName(f"{FEATURES}.{text}")
            chip.clicked.connect(lambda text=text: self._toggle(text))
            self.tiles.addWidget(chip)
        self.tiles.setVisible(bool(offered))

    def _toggle(self, text: str) -> None:
        kept = tuple(one for one in self._features if one != text)
        self.edited.emit(FEATURES, kept if len(kept) < len(self._features) else (*self._features, text))


class SplitGroup(Fold):
    """Shares, method and seed, a column, or files of their own. Signals: edited(path, value), fileWanted(path) to choose a file."""

    edited = Signal(str, object)
    fileWanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Split", f"panel.{SPLIT}", DIVIDING, parent)
        self.form = Form()
        self.form.edited.connect(self.edited)
        self.addWidget(self.form)
        self._known: tuple[Table, tuple[ColumnSpec, ...], tuple[tuple[str, str, str], ...]] | None = None
        self.files = {name: FileRow(name, f"data.source.{name}") for name in ("validation", "test")}
        for row in self.files.values():
            row.wanted.connect(self.fileWanted)
            row.removed.connect(lambda path: self.edited.emit(path, ""))
            self.addWidget(row)

    def show_project(self, project: Project) -> None:
        """Show how the rows of `project` are divided."""
        split, source = project.spec.data.split, project.spec.data.source
        divided = next((spec.name for spec in column_specs(project) if spec.role == "split"), NONE)
        counts = " / ".join(brief(len(project.dataset.parts[name].rows)) for name in ("train", "validation", "test"))
        own = isinstance(source, FileData) and bool(source.validation or source.test)
        how = f"by {divided}" if divided != NONE else SPLITS.get(split.method).label
        on = own or divided != NONE or split.method != "random"
        self.setSummary(f"{counts} \u00b7 {'files of their own' if own else how}" if on else counts, on)
        self.fill(lambda: self._show(project, divided))

    def _show(self, project: Project, divided: str) -> None:
        split, source = project.spec.data.split, project.spec.data.source
        file = source if isinstance(source, FileData) else None
        self.form.setFields(self._fields(project, divided))
        self.form.setValues(
            {
                "data.source.split_column": divided,
                f"{SPLIT}.method": split.method,
                f"{SPLIT}.validation": split.validation,
                f"{SPLIT}.test": split.test,
                f"{SPLIT}.stratified": split.stratified,
                f"{SPLIT}.seed": split.seed,
            }
        )
        for name, row in self.files.items():
            row.setVisible(file is not None)
            row.show_path(getattr(file, name) if file is not None else "")

    def _fields(self, project: Project, divided: str) -> list[FieldSpec]:
        split, fields = project.spec.data.split, []
        if isinstance(project.spec.data.source, FileData):
            fields.append(FieldSpec("data.source.split_column", "Split by", "choice", (FRACTIONS, *self._dividers(project)), help=BY))
        if divided != NONE:
            return fields
        fields += [
            FieldSpec(f"{SPLIT}.method", "Rows", "choice", choices(SPLITS.in_window()), help="How rows are given to the parts."),
            FieldSpec(
                f"{SPLIT}.validation", "Validation", low=0.0, high=0.99, help="Share of rows that choose the best epoch; typical 0.15."
            ),
            FieldSpec(f"{SPLIT}.test", "Test", low=0.0, high=0.99, help="Share of rows sealed until Verify; typical 0.15."),
        ]
        if split.method == "random":
            if project.dataset.labels:
                fields.append(FieldSpec(f"{SPLIT}.stratified", "Classes alike", "toggle", help="Every class has its share of each part."))
            help_text = "Another seed divides the rows differently; training again keeps the split."
            fields.append(FieldSpec(f"{SPLIT}.seed", "Split seed", "integer", low=0, high=2**31, help=help_text))
        return fields

    def _dividers(self, project: Project) -> tuple[tuple[str, str, str], ...]:
        """Return the columns that could divide the rows, looked for once per table and roles."""
        key = (project.table, column_specs(project))
        if self._known is None or self._known[0] is not key[0] or self._known[1] != key[1]:
            self._known = (*key, tuple((str(offer.value), offer.text, offer.tip) for offer in could_be(project, "split")))
        return self._known[2]


class FileRow(QWidget):
    """A file of its own for one part, or none. Signals: wanted(path of the setting), removed(path of the setting)."""

    wanted = Signal(str)
    removed = Signal(str)

    def __init__(self, part: str, path: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label = QLabel(f"{part.capitalize()} file")
        label.setProperty("muted", True)
        help_text = f"A table of the same columns whose rows are the {part} rows; without one the shares divide the one file."
        label.setToolTip(help_text)
        self.name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.button = QPushButton("Choose\u2026")
        self.button.setObjectName(f"{path}.file")
        self.button.setProperty("small", True)
        self.button.setToolTip(help_text)
        self._path, self._chosen = path, ""
        self.button.clicked.connect(lambda: (self.removed if self._chosen else self.wanted).emit(path))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 2, 0, 2)
        line.setSpacing(8)
        for widget, stretch in ((label, 0), (self.name, 1), (self.button, 0)):
            line.addWidget(widget, stretch)

    def show_path(self, path: str) -> None:
        """Show which file is used, "" for none."""
        self._chosen = path
        self.name.setText(Path(path).name)
        self.name.setHelp(path)
        self.button.setText("Remove" if path else "Choose\u2026")


def _suggested(project: Project) -> list[str]:
    """Return features of the first number inputs that a small network would otherwise have to find by itself."""
    inputs = [encoding.name for encoding in project.dataset.preparation.inputs if encoding.kind == "number"]
    if not inputs or len(inputs) > FEW:
        return []
    names = [written(name) for name in inputs[:TILES]]
    if sum(map(len, names)) > 24:
        return []
    squares = [f"{name}^2" for name in names]
    products = [f"{names[0]}*{names[1]}"] if len(names) > 1 else []
    return [*squares, *products, *(f"sin({name})" for name in names)]
