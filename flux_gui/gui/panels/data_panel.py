"""Section 1: where the data come from, what each column is for, and how rows are divided and prepared."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from flux_gui.data.table import Table
from flux_gui.document.project import Project
from flux_gui.document.ranges import format_range
from flux_gui.gui import icons
from flux_gui.gui.actions import Actions
from flux_gui.gui.data_chips import ChipSpec, chips
from flux_gui.gui.data_groups import PrepareGroup, SplitGroup
from flux_gui.gui.data_menus import could_be
from flux_gui.gui.forms import FieldSpec, Form
from flux_gui.gui.generator_form import GeneratorForm
from flux_gui.gui.layer_menu import open_below
from flux_gui.gui.paint_form import PaintForm
from flux_gui.gui.reading_keeper import ReadingKeeper
from flux_gui.gui.view import data_summary, source_kind
from flux_gui.gui.widgets import Chip, FlowRow, Section, Tiles
from flux_gui.gui.widgets.elided_label import ElidedLabel
from flux_gui.specs import ColumnSpec, FileData, FormulaData, GeneratedData, PaintedData

SOURCES = (
    ("formula", "Formula", "Rows made from y = f(x)", "formula"),
    ("generated", "Sets", "Spirals, clouds, hills: sets made by a generator, with noise", "generate"),
    ("painted", "Paint", "Points set by hand: classes in the plane, or a curve", "paint"),
    ("sample", "Sample", "Ready-made data with a network that learns them: Iris, Wine, Digits, ...", "sample"),
    ("file", "File", "A table of your own; it can also be dropped on the window", "table"),
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
TARGET = "The column to predict; numbers give regression, words classification."


class DataPanel(Section):
    """Signals: edited(path, value) for a setting, sliding(path, value) while a knob moves,
    sourceChosen("formula" | "generated" | "painted" | "sample" | "file"), fileWanted(path) to choose a file for a setting,
    paintingChosen("classes" | "curve").
    """

    edited = Signal(str, object)
    sliding = Signal(str, object)
    sourceChosen = Signal(str)
    fileWanted = Signal(str)
    paintingChosen = Signal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(1, "Data", parent, help_text="Where the rows come from and what is to be predicted.")
        self.source = Tiles([(key, label, tip, partial(icons.pixmap, name)) for key, label, tip, name in SOURCES])
        self.source.setAccessibleName("Data source")
        self.source.valueChanged.connect(self.sourceChosen)
        self.formula = Form(FORMULA_FIELDS)
        self.generator = GeneratorForm()
        self.generator.edited.connect(self.edited)
        self.generator.sliding.connect(self.sliding)
        self.painting = PaintForm()
        self.painting.kindChosen.connect(self.paintingChosen)
        self.file = self._file_row(actions)
        self.columns = Form()
        self.chips = FlowRow()
        self.reading = ReadingKeeper(self)
        self.reading.found.connect(self._show_chips)
        self.prepare, self.split = PrepareGroup(), SplitGroup()
        self.prepare.edited.connect(self.edited)
        self.split.edited.connect(self.edited)
        self.split.fileWanted.connect(self.fileWanted)
        self._project: Project | None = None
        self._chips: tuple[ChipSpec, ...] = ()
        self._offered: tuple[Table, tuple[ColumnSpec, ...], list[FieldSpec]] | None = None
        for form in (self.formula, self.columns):
            form.edited.connect(self.edited)
        for widget in (
            self.source,
            self.formula,
            self.generator,
            self.painting,
            self.file,
            self.columns,
            self.chips,
            self.prepare,
            self.split,
        ):
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

    @property
    def shown_source(self) -> str:
        """Where the rows of the project come from, whatever was clicked since."""
        return source_kind(self._project) if self._project is not None else ""

    def forms(self) -> list[Form]:
        """Return the forms, to show errors at their fields."""
        return [self.formula, *self.generator.forms(), self.columns, self.prepare.form, self.split.form]

    def show_project(self, project: Project) -> None:
        """Show the data settings of `project`."""
        self._project, data = project, project.spec.data
        self.setSummary(data_summary(project))
        self.source.setValue(source_kind(project))
        formula = isinstance(data.source, FormulaData)
        self.formula.setVisible(formula)
        self.formula.setFields(FORMULA_FIELDS if formula else [])
        self.generator.show_source(data.source if isinstance(data.source, GeneratedData) else None)
        self.painting.setVisible(isinstance(data.source, PaintedData))
        for widget in (self.file, self.columns):
            widget.setVisible(isinstance(data.source, FileData))
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
        elif isinstance(data.source, PaintedData):
            self.painting.show_source(data.source)
        elif isinstance(data.source, FileData):
            self._show_file(project, data.source)
        self.prepare.show_project(project)
        self.split.setVisible(not formula)
        if not formula:
            self.split.show_project(project)
        self._show_chips()

    def _show_file(self, project: Project, source: FileData) -> None:
        self.file_name.setText(Path(source.path).name)
        self.file_name.setHelp(source.path)
        self.columns.setFields(self._column_fields(project, source.columns))
        self.columns.setValues({"data.source.target": source.target})

    def _show_chips(self) -> None:
        """Show the facts and guesses; chips that say the same stay, so that nothing flickers."""
        project = self._project
        if project is None:
            return
        source = project.spec.data.source
        wanted = tuple(chips(project, self.reading.how(source) if isinstance(source, FileData) else None))
        if wanted == self._chips:
            self._chips = wanted
            return
        self._chips = wanted
        self.chips.clear()
        for place, spec in enumerate(wanted):
            chip = Chip(spec.text, spec.tip, kind=spec.kind)
            chip.setObjectName(f"chip.{spec.name}")
            if spec.menu is not None:
                chip.setClickable()
                chip.clicked.connect(lambda place=place, chip=chip: self._open(place, chip))
            self.chips.addWidget(chip)

    def _open(self, place: int, chip: Chip) -> None:
        menu, project = self._chips[place].menu, self._project
        if menu is not None and project is not None:
            open_below(menu(self, project, self.edited.emit), chip)

    def _column_fields(self, project: Project, columns: tuple[ColumnSpec, ...]) -> list[FieldSpec]:
        """Return the field of the target; only columns that can serve are offered."""
        if self._offered is None or self._offered[0] is not project.table or self._offered[1] != columns:
            offers = tuple((str(one.value), one.text, one.tip) for one in could_be(project, "target"))
            field = FieldSpec("data.source.target", "Target", "choice", offers, help=TARGET)
            self._offered = (project.table, columns, [field])
        return self._offered[2]
