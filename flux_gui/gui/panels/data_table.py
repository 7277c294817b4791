"""The page of the rows: the table, and beside it what the chosen column looks like."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from flux_gui.document.project import Project
from flux_gui.gui.tables.column_view import ColumnView
from flux_gui.gui.tables.row_table import RowTable

SIZES = (820, 420)


class RowsPage(QSplitter):
    """`show_project` costs nothing while the page is hidden: it is shown when somebody looks."""

    def __init__(self, table: RowTable, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.table = table
        self.view = ColumnView(table.keeper)
        self._waiting: Project | None = None
        for widget in (table, self.view):
            self.addWidget(widget)
        self.setStretchFactor(0, 1)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(9)
        self.setProperty("quiet", True)
        self.setSizes(list(SIZES))
        table.columnChosen.connect(lambda section: self.view.show_column(table.rows.column(section)))

    def show_project(self, project: Project) -> None:
        """Show the rows of `project`, at once or as soon as the page is opened."""
        if self.isVisible():
            self._show(project)
        else:
            self._waiting = project

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has come while the page was hidden."""
        super().showEvent(event)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._show(waiting)

    def _show(self, project: Project) -> None:
        self.table.rows.show_project(project)
        self.view.show_project(project)
