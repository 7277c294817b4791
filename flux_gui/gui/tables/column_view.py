"""What the chosen column looks like: its statistics in figures, and a picture of it alone or against another column."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_gui.data.table import Column
from flux_gui.document.project import Project
from flux_gui.gui.plots.ranges import short
from flux_gui.gui.tables.column_facts import ColumnFacts, column_facts
from flux_gui.gui.tables.column_pictures import balance, points
from flux_gui.gui.tables.column_plot import ColumnPlot
from flux_gui.gui.tables.facts_keeper import FactsKeeper
from flux_gui.gui.tables.row_model import PART_WORDS
from flux_gui.gui.tables.row_order import PARTS
from flux_gui.gui.view import grouped
from flux_gui.gui.widgets import ChoiceField, ElidedLabel

ROWS, CLASSES = "", "\0classes"  # what a column can be drawn against beside another column
AT_ONCE = 20_000  # rows whose picture does not go to the background
MOST = 300  # columns that can be chosen by name
FIGURES = 142  # pixels of the column of figures
EVERY = ""  # rows of all parts, those that are not used too
OF = "Count all rows, or those of one part: what the network learns from should look like what it is asked about."
SEALED = "The test rows stay sealed until Verify."
AGAINST = "Draw the chosen column alone, or one point a row against another column."


class ColumnView(QWidget):
    """`show_project` and `show_section` say what to show; large columns are counted in the background."""

    def __init__(self, keeper: FactsKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keeper = keeper
        self._project: Project | None = None
        self._column: Column | None = None
        self._drawing = 0  # which picture was asked for last
        self.name = ElidedLabel()
        self.name.setProperty("title", True)
        self.against = ChoiceField(((ROWS, "count", ""),), help_text=AGAINST)
        self.against.setObjectName("rows.against")
        self.against.setAccessibleName("Draw against")
        self.against.valueChanged.connect(lambda _key: self._draw())
        self.part = ChoiceField(((EVERY, "all rows", ""), *((name, PART_WORDS[name], "") for name in PARTS)), help_text=OF)
        self.part.setObjectName("rows.part")
        self.part.setAccessibleName("Rows that are counted")
        self.part.valueChanged.connect(lambda _key: self._refresh())
        self.sealed = True  # whether nobody has seen how the network does on the test rows
        self._counted: dict[tuple[str, str], ColumnFacts | None] = {}  # by column and part; None while that is being counted
        self.figures = QWidget()
        self.figures.setFixedWidth(FIGURES)
        self.table = QFormLayout(self.figures)
        self.table.setContentsMargins(0, 2, 0, 0)
        self.table.setVerticalSpacing(1)
        self.table.setHorizontalSpacing(8)
        self.plot = ColumnPlot()
        self._lay_out()
        keeper.found.connect(self._found)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.name, 1)
        for word, field in (("of", self.part), ("against", self.against)):
            label = QLabel(word)
            label.setProperty("muted", True)
            top.addWidget(label)
            top.addWidget(field)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(self.figures, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.plot, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(below, 1)

    def show_project(self, project: Project) -> None:
        """Show the same column of another state of the project, or the target of another table."""
        before, self._project = self._project, project
        if before is not None and before.dataset is project.dataset:
            return
        self._counted, self.sealed = {}, True
        if before is not None and before.table.names == project.table.names:
            self._column = project.table.column(self._column.name) if self._column is not None else None
        else:
            columns = [column for column in project.table.columns if column.kind != "text"][:MOST]
            self.against.setItems(((ROWS, "rows", "how many rows have which value"), *((c.name, c.name, "") for c in columns)))
            self.against.setValue(ROWS)
            self._column = project.table.column(project.dataset.preparation.target)
        self._refresh()

    def show_column(self, column: Column | None) -> None:
        """Show a column of the table; None: how the rows are divided."""
        self._column = column
        self._refresh()

    def seal(self, sealed: bool) -> None:
        """Keep the statistics of the test rows back, or show them once Verify has opened these rows."""
        if sealed is not self.sealed:
            self.sealed = sealed
            self._refresh()

    def _found(self, column: Column) -> None:
        if column is self._column:
            self._refresh()

    def _refresh(self) -> None:
        project = self._project
        if project is None:
            return
        column = self._column
        if column is None:
            self.name.setText("used for")
            parts = project.dataset.parts
            self._tell([(name, grouped(len(parts[name].rows))) for name in PARTS])
        else:
            self.name.setText(column.name)
            facts = self._facts(project, column)
            self._tell(figures(facts) if facts is not None else [] if self._kept_back else [("counting", "\u2026")])
        self._draw()

    @property
    def _kept_back(self) -> bool:
        return self.sealed and self.part.value() == "test" and self._column is not None

    def _facts(self, project: Project, column: Column) -> ColumnFacts | None:
        """Return the facts of the rows that are looked at, None while they are being counted or kept back."""
        part = self.part.value()
        if part == EVERY:
            return self.keeper.facts(column)
        if self._kept_back:
            return None
        key, counted = (column.name, part), self._counted
        if key not in counted:
            counted[key] = None
            rows = project.dataset.parts[part].rows

            def keep(facts: ColumnFacts) -> None:
                counted[key] = facts
                if self._column is column and self._counted is counted and rows.size > AT_ONCE:
                    self._refresh()

            def work() -> ColumnFacts:
                return column_facts(Column(column.name, column.kind, column.values[rows]))

            if rows.size <= AT_ONCE:
                keep(work())
            else:
                self.keeper.worker.submit(work, keep, lambda _error: None)
        return counted[key]

    def _tell(self, lines: list[tuple[str, str]]) -> None:
        while self.table.rowCount():
            self.table.removeRow(0)
        for name, value in lines:
            what, number = QLabel(name), QLabel(value)
            what.setProperty("hint", True)
            number.setProperty("figure", True)
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            number.setSizePolicy(number.sizePolicy().Policy.Expanding, number.sizePolicy().verticalPolicy())
            self.table.addRow(what, number)

    def _draw(self) -> None:
        project, column = self._project, self._column
        self._drawing += 1
        if project is None:
            return
        target = project.dataset.preparation.target
        other = self.against.value()
        self.against.setEnabled(column is not None)
        self.part.setEnabled(column is not None)
        if self._kept_back:
            self.plot.show_nothing(SEALED)
        elif project.dataset.labels and (column is None or (column.name == target and other in (ROWS, target))):
            self._later(project, lambda: balance(project), lambda found: self.plot.show_balance(found, target))
        elif column is None:
            self.plot.show_nothing("Choose a column to see its numbers.")
        elif other == ROWS or other == column.name or other not in project.table or column.kind == "text":
            facts = self._facts(project, column)
            if facts is not None:
                self.plot.show_facts(facts, column.name)
            else:
                self.plot.show_nothing("Counting\u2026")
        else:
            self._draw_points(project, column, project.table.column(other))

    def _draw_points(self, project: Project, x: Column, y: Column) -> None:
        """Draw two columns against each other."""
        labels = project.dataset.labels
        colour = project.table.column(project.dataset.preparation.target) if labels else None
        part = self.part.value()
        rows = None if part == EVERY else project.dataset.parts[part].rows
        self._later(project, lambda: points(x, y, colour, labels, rows), lambda found: self.plot.show_points(found, x.name, y.name))

    def _later(self, project: Project, work: Callable[[], Any], show: Callable[[Any], object]) -> None:
        """Show what `work` finds; for a large table in the background, unless something else was asked for meanwhile."""
        if project.table.rows <= AT_ONCE:
            show(work())
            return
        wanted = self._drawing
        self.keeper.worker.submit(work, lambda found: show(found) if self._drawing == wanted else None, lambda _error: None)


def figures(facts: ColumnFacts) -> list[tuple[str, str]]:
    """Return the statistics of a column, each with its name."""
    share = f" ({facts.missing / facts.rows:.0%})" if facts.missing else ""
    lines = [("cells", grouped(facts.filled)), ("missing", f"{grouped(facts.missing)}{share}")]
    if facts.distinct or facts.words:
        most = max(facts.counts, default=0)
        often = f"{most / facts.filled:.0%}" if facts.filled else "\u2013"
        return [*lines, ("different", grouped(facts.distinct)), ("most frequent", often)]
    if not facts.filled:
        return lines
    low, high = facts.edges
    if facts.counts and len(facts.counts) < 24 and high - low == len(facts.counts):
        low, high = low + 0.5, high - 0.5  # a bar for each whole number
    lower, middle, upper = facts.quartiles
    return [
        *lines,
        ("smallest", short(low)),
        ("25 %", short(lower)),
        ("median", short(middle)),
        ("75 %", short(upper)),
        ("largest", short(high)),
        ("mean", short(facts.mean)),
        ("deviation", short(facts.deviation)),
    ]
