"""Keeps the facts of columns: asked once, computed in the background, remembered as long as the column lives."""

from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from flux_gui.core.errors import FluxError
from flux_gui.data.table import Column
from flux_gui.gui.tables.column_facts import ColumnFacts, column_facts
from flux_gui.gui.worker import Worker

SMALL = 2000  # cells that are counted at once


class FactsKeeper(QObject):
    """Signal: found(Column) when facts that were asked for have become known."""

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worker = Worker(self)
        self._known: WeakKeyDictionary[Column, ColumnFacts] = WeakKeyDictionary()
        self._asked: set[int] = set()

    def facts(self, column: Column) -> ColumnFacts | None:
        """Return the facts of `column`, or None while they are being computed."""
        known = self._known.get(column)
        if known is None and len(column) <= SMALL:
            known = self._known[column] = column_facts(column)
        elif known is None and id(column) not in self._asked:
            self._asked.add(id(column))
            self.worker.submit(
                lambda: column_facts(column), lambda facts: self._remember(column, facts), lambda error: self._drop(column, error)
            )
        return known

    def known(self, column: Column) -> ColumnFacts | None:
        """Return the facts of `column` if they are known, or can be at once."""
        return self.facts(column) if len(column) <= SMALL else self._known.get(column)

    def _remember(self, column: Column, facts: ColumnFacts) -> None:
        self._asked.discard(id(column))
        self._known[column] = facts
        self.found.emit(column)

    def _drop(self, column: Column, _error: FluxError) -> None:
        self._asked.discard(id(column))
