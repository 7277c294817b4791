"""Facts of columns are computed once, large ones in the background."""

import numpy as np
from pytestqt.qtbot import QtBot

from flux_gui.data.table import Column
from flux_gui.gui.tables.facts_keeper import SMALL, FactsKeeper


def test_small_columns_at_once(qtbot: QtBot) -> None:
    keeper, column = FactsKeeper(), Column("x", "number", np.arange(5.0))
    facts = keeper.facts(column)
    assert facts is not None
    assert keeper.facts(column) is facts


def test_large_columns_later(qtbot: QtBot) -> None:
    keeper, column = FactsKeeper(), Column("x", "number", np.arange(SMALL + 1.0))
    assert keeper.known(column) is None
    with qtbot.waitSignal(keeper.found) as found:
        assert keeper.facts(column) is None
        assert keeper.facts(column) is None  # asked only once
    assert found.args == [column]
    facts = keeper.facts(column)
    assert facts is not None
    assert facts.rows == SMALL + 1
    assert not keeper.worker.busy
