"""Section 1: where the data come from, what each column is for, and how rows are divided and prepared."""

from pathlib import Path

import msgspec
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from flux_gui.data.roles import obstacle
from flux_gui.data.table import Table
from flux_gui.document.project import Project
from flux_gui.document.ranges import format_range
from flux_gui.gui.actions import Actions
from flux_gui.gui.column_menu import column_menu, columns_menu
from flux_gui.gui.forms import FieldSpec, Form
from flux_gui.gui.view import data_summary, source_kind
from flux_gui.gui.widgets import Chip, FlowRow, Section, Segmented
from flux_gui.gui.widgets.elided_label import ElidedLabel
from flux_gui.specs import ColumnSpec, FileData, FormulaData
from flux_gui.specs.data import Role

SOURCES = (
    ("formula", "Formula", "Rows made from y = f(x)"),
    ("iris", "Iris", "The sample: 150 flowers, 4 measurements, 3 kinds"),
    ("file", "File...", "A table of your own (CSV); it can also be dropped on the window"),
)
FORMULA_FIELDS = [
    FieldSpec(
        "data.source.formula", "y =", "text", help="A formula of x, such as 4*x + 2 or sin(x)/x. Larger values of y need smaller rates."
    ),
    FieldSpec(
        "data.source.train",
        "Training x",
        "text",
        help="start:stop or start:stop:step, both ends included. More rows make each epoch slower.",
    ),
    FieldSpec("data.source.test", "Test x", "text", help="start:stop or start:stop:step; these rows stay sealed until Verify."),
    FieldSpec(
        "data.source.noise", "Noise", "number", low=0.0, high=1e12, help="Standard deviation of random errors added to y; 0 for none."
    ),
    FieldSpec("data.source.seed", "Seed", "integer", low=0, high=2**31, help="Another seed draws other noise."),
]
NONE = "none"
SCALING = (("standard", "standardised", "mean 0 and deviation 1, fitted on training rows"), ("none", "not scaled", "used as they are"))
FRACTIONS = (NONE, "fractions", "rows are divided at random, classes alike")
TARGET = "The column to predict; numbers give regression, words classification."
SPLIT = "A column with the words train, validation and test, or fractions."
CHANGE = "Click to change what a column is used for."
SPLIT_FIELDS = [
    FieldSpec(
        "data.split.validation",
        "Validation",
        "number",
        low=0.0,
        high=0.99,
        help="Fraction of rows that choose the best epoch; typical 0.15.",
    ),
    FieldSpec("data.split.test", "Test", "number", low=0.0, high=0.99, help="Fraction of rows sealed until Verify; typical 0.15."),
    FieldSpec("data.split.seed", "Split seed", "integer", low=0, high=2**31, help="Another seed divides the rows differently."),
]


class DataPanel(Section):
    """Signals: edited(path, value) for a setting, sourceChosen("formula" | "iris" | "file")."""

    edited = Signal(str, object)
    sourceChosen = Signal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(1, "Data", parent, help_text="Where the rows come from and what is to be predicted.")
        self.source = Segmented(SOURCES)
        self.source.setAccessibleName("Data source")
        self.source.valueChanged.connect(self.sourceChosen)
        self.formula = Form(FORMULA_FIELDS)
        self.file = self._file_row(actions)
        self.columns = Form()
        self.chips = FlowRow()
        self._project: Project | None = None
        self._offered: tuple[Table, tuple[ColumnSpec, ...], list[FieldSpec]] | None = None
        for form in (self.formula, self.columns):
            form.edited.connect(self.edited)
        for widget in (self.source, self.formula, self.file, self.columns, self.chips):
            self.addWidget(widget)

    def _file_row(self, actions: Actions) -> QWidget:
        """Return the row with the name of the file and the button that takes another one."""
        row = QWidget()
        self.file_name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        button = QPushButton("Change file\u2026")
        button.setObjectName("panel.data.open")
        button.setToolTip(actions["data.open"].toolTip())
        button.clicked.connect(actions["data.open"].trigger)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.file_name, 1)
        line.addWidget(button)
        return row

    def forms(self) -> list[Form]:
        """Return the forms, to show errors at their fields."""
        return [self.formula, self.columns]

    def show_project(self, project: Project) -> None:
        """Show the data settings of `project`."""
        self._project, data = project, project.spec.data
        self.setSummary(data_summary(project))
        self.source.setValue(source_kind(project))
        formula = isinstance(data.source, FormulaData)
        self.formula.setVisible(formula)
        for widget in (self.file, self.columns):
            widget.setVisible(not formula)
        if isinstance(data.source, FormulaData):
            self.formula.setRowVisible("data.source.seed", data.source.noise > 0)
            self.formula.setValues(
                {
                    "data.source.formula": data.source.formula,
                    "data.source.train": format_range(data.source.train),
                    "data.source.test": format_range(data.source.test),
                    "data.source.noise": data.source.noise,
                    "data.source.seed": data.source.seed,
                }
            )
        elif isinstance(data.source, FileData):
            self._show_file(project, data.source)
        self._show_chips(project)

    def _show_file(self, project: Project, source: FileData) -> None:
        self.file_name.setText(Path(source.path).name)
        self.file_name.setHelp(source.path)
        divided = next((c.name for c in source.columns if c.role == "split"), NONE)
        prepare, split = project.spec.data.prepare, project.spec.data.split
        self.columns.setFields([*self._column_fields(project.table, source.columns), *(SPLIT_FIELDS if divided == NONE else ())])
        self.columns.setValues(
            {
                "data.source.target": source.target,
                "data.source.split_column": divided,
                "data.prepare.scale_inputs": prepare.scale_inputs,
                "data.split.validation": split.validation,
                "data.split.test": split.test,
                "data.split.seed": split.seed,
            }
        )

    def _show_chips(self, project: Project) -> None:
        self.chips.clear()
        source, dataset = project.spec.data.source, project.dataset
        task = "regression" if dataset.task == "regression" else "classification"
        counts = {name: len(dataset.parts[name].x) for name in ("train", "validation", "test")}
        told = ", ".join(f"{count} rows for {name}" for name, count in counts.items())
        self.chips.addWidget(Chip(task, f"Decided by the target: {', '.join(dataset.output_names[:6])}"))
        rows = [f"{count} {name}" for name, count in counts.items() if count]
        self.chips.addWidget(Chip(" \u00b7 ".join(rows) if len(rows) < 3 else f"{' / '.join(map(str, counts.values()))} rows", told))
        if isinstance(source, FileData):
            self._show_columns(project, source.columns)
        for notice in dataset.notices[:4]:
            self.chips.addWidget(Chip("notice", notice, kind="warning"))

    def _show_columns(self, project: Project, columns: tuple[ColumnSpec, ...]) -> None:
        """Show the chip of all inputs and one for each column left out; a click changes what they are used for."""
        inputs = [column for column in columns if column.role == "input"]
        tip = "\n".join(f"{column.name}: {column.kind}" for column in inputs[:30])
        every = Chip(f"{len(inputs)} input{'s' * (len(inputs) != 1)}", f"{tip}\n{CHANGE}")
        every.clicked.connect(lambda: _open(columns_menu(self, project, self.edited.emit), every))
        self._add_clickable(every)
        for place in [place for place, column in enumerate(columns) if column.role == "ignore"][:8]:
            chip = Chip(f"{columns[place].name} ignored", f"{columns[place].reason}\n{CHANGE}", kind="warning")
            chip.clicked.connect(lambda place=place, chip=chip: _open(column_menu(self, project, place, self.edited.emit), chip))
            self._add_clickable(chip)

    def _add_clickable(self, chip: Chip) -> None:
        chip.setClickable()
        self.chips.addWidget(chip)

    def _column_fields(self, table: Table, columns: tuple[ColumnSpec, ...]) -> list[FieldSpec]:
        """Return the fields of target, split and scaling; only columns that can serve are offered."""
        if self._offered is None or self._offered[0] is not table or self._offered[1] != columns:
            self._offered = (table, columns, _column_fields(table, columns))
        return self._offered[2]


def _column_fields(table: Table, columns: tuple[ColumnSpec, ...]) -> list[FieldSpec]:
    def fitting(role: Role) -> tuple[tuple[str, str, str], ...]:
        freed = [msgspec.structs.replace(c, role="ignore") if c.role == "target" and role == "target" else c for c in columns]
        return tuple((c.name, c.name, c.reason) for c in freed if c.name in table and not obstacle(c, table.column(c.name), role))

    return [
        FieldSpec("data.source.target", "Target", "choice", fitting("target"), help=TARGET),
        FieldSpec("data.source.split_column", "Split by", "choice", (FRACTIONS, *fitting("split")), help=SPLIT),
        FieldSpec("data.prepare.scale_inputs", "Inputs", "choice", SCALING, help="Standardised inputs train faster."),
    ]


def _open(menu: QMenu, chip: Chip) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 2)))
