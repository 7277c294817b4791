"""The cells of a table as a view asks for them: nothing is copied, whatever the number of rows."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from flux_gui.data.table import Column
from flux_gui.document.project import Project
from flux_gui.gui.column_menu import ROLE_WORDS, column_specs
from flux_gui.gui.tables.row_order import Order, order_by, order_by_part, part_of
from flux_gui.gui.worker import Worker
from flux_gui.specs import ColumnSpec

Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LONGEST = 36  # letters of a column's name over the column
MISSING = "\u2013"
LONGEST_TIP = 1000  # letters of a cell in its tooltip
AT_ONCE = 20_000  # rows that are sorted without going to the background
CHANGE = "Click to sort (S on a cell); the small triangle or the right button changes what the column is used for."
PART_WORDS = {"train": "training", "validation": "validation", "test": "test", "": "not used"}


class RowModel(QAbstractTableModel):
    """The cells of a project's table; the first column tells the part: training, validation, test or not used.

    Signal: sortChanged() when another order is shown.
    """

    sortChanged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._project: Project | None = None
        self._columns: tuple[Column, ...] = ()
        self._specs: dict[str, tuple[int, ColumnSpec]] = {}
        self._order: Order | None = None
        self.sorted: tuple[int, bool] | None = None  # section and whether downwards
        self.same_columns = False  # whether the last table had columns of the same names as the one before
        self.worker = Worker(self)

    @property
    def project(self) -> Project | None:
        """The project whose rows are shown."""
        return self._project

    def show_project(self, project: Project) -> None:
        """Show the table of `project`; the same table with other roles keeps its place and its order."""
        before = self._project
        if before is not None and before.dataset is project.dataset:
            self._project = project
            return
        specs = {spec.name: (place, spec) for place, spec in enumerate(column_specs(project))}
        if before is not None and before.table is project.table:
            self._project, self._specs = project, specs
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0))
            return
        self.beginResetModel()
        self.same_columns = before is not None and before.table.names == project.table.names
        self._project, self._specs, self._columns = project, specs, project.table.columns
        self._order, self.sorted = None, None
        self.endResetModel()
        self.sortChanged.emit()

    def rowCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() or self._project is None else self._project.table.rows

    def columnCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() or self._project is None else len(self._columns) + 1

    # --- what stands over a column ---------------------------------------------------------------------------------

    def column(self, section: int) -> Column | None:
        """Return the table's column at `section`, None for the first one, which tells the parts."""
        return self._columns[section - 1] if 0 < section <= len(self._columns) else None

    def spec(self, section: int) -> ColumnSpec | None:
        """Return what the column at `section` is used for, None where that cannot be changed."""
        column = self.column(section)
        found = self._specs.get(column.name) if column is not None else None
        return found[1] if found is not None else None

    def place(self, section: int) -> int | None:
        """Return the place of a table column among those of the file, None for one that cannot be changed."""
        column = self.column(section)
        found = self._specs.get(column.name) if column is not None else None
        return found[0] if found is not None else None

    def header(self, section: int) -> str:
        """Return the two lines over a column: its name, and what it is used for."""
        column = self.column(section)
        if column is None:
            return "used for"
        spec = self.spec(section)
        name = column.name if len(column.name) <= LONGEST else f"{column.name[: LONGEST - 1]}\u2026"
        return name if spec is None else f"{name}\n{ROLE_WORDS[spec.role]} \u00b7 {spec.kind}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._project is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return self.row_name(section) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self.side(section))
        if role == Qt.ItemDataRole.DisplayRole:
            return self.header(section)
        return self._tip(section) if role == Qt.ItemDataRole.ToolTipRole else None

    def _tip(self, section: int) -> str:
        column, spec = self.column(section), self.spec(section)
        if column is None:
            return "What the row is used for; a row that is not used lacks the target, or another cell that is needed."
        return column.name if spec is None else f"{column.name}: {spec.reason or ROLE_WORDS[spec.role]}\n{CHANGE}"

    # --- cells -------------------------------------------------------------------------------------------------------

    def row(self, shown: int) -> int:
        """Return which row of the table stands at the place `shown`."""
        return shown if self._order is None else int(self._order[shown])

    def row_name(self, shown: int) -> int:
        """Return the number of a row: that of the file, or counted from 1 for rows that were made."""
        assert self._project is not None
        row = self.row(shown)
        return self._project.table.row_number(row) if self._specs else row + 1

    def side(self, section: int) -> Qt.AlignmentFlag:
        """Return how the cells of a column are aligned: numbers to the right."""
        column = self.column(section)
        return RIGHT if column is not None and column.kind == "number" else LEFT

    def text(self, shown: int, section: int) -> str:
        """Return the text of a cell, "" for a missing one."""
        assert self._project is not None
        row = self.row(shown)
        if not section:
            return PART_WORDS[part_of(self._project.dataset.parts, row)]
        column = self._columns[section - 1]
        value = column.values[row]
        if column.kind != "number":
            return str(value)
        if value != value:
            return ""
        return f"{value:.7g}" if column.values.dtype.itemsize == 4 else f"{value:.10g}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._project is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column()) or MISSING
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.text(index.row(), index.column())[:LONGEST_TIP]
        return int(self.side(index.column())) if role == Qt.ItemDataRole.TextAlignmentRole else None

    # --- order -------------------------------------------------------------------------------------------------------

    def sort_by(self, section: int) -> None:
        """Sort by a column: upwards, then downwards, then as the rows come; a large table in the background."""
        before = self.sorted
        if before is None or before[0] != section:
            self.sort_as((section, False))
        else:
            self.sort_as(None if before[1] else (section, True))

    def sort_as(self, wanted: tuple[int, bool] | None) -> None:
        """Sort by a section, downwards or not; None: as the rows come."""
        self.sorted = wanted
        project = self._project
        if wanted is None or project is None:
            self._show(None)
            return
        section, down = wanted
        column, parts, rows = self.column(section), project.dataset.parts, project.table.rows

        def work() -> Order:
            return order_by_part(parts, rows, down) if column is None else order_by(column, down)

        if rows <= AT_ONCE:
            self._show(work())
            return
        table = project.table

        def done(order: Order) -> None:
            if self._project is not None and self._project.table is table and self.sorted == wanted:
                self._show(order)

        self.sortChanged.emit()
        self.worker.submit(work, done, lambda _error: None)

    @property
    def sorting(self) -> bool:
        """Whether an order is being worked out in the background."""
        return self.worker.busy

    def _show(self, order: Order | None) -> None:
        self._order = order
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)
        self.sortChanged.emit()
