"""One reading of a file: progress and a stop that comes with the next report."""

import pytest
from pytestqt.qtbot import QtBot

from flux_gui.core.errors import Cancelled
from flux_gui.gui.loading import Loading


def test_progress_and_cancel(qtbot: QtBot) -> None:
    loading = Loading("a.csv")
    with qtbot.waitSignals([loading.progressed, loading.progressed]) as _:
        loading.tell(0.5, "half")
        loading.tell(None, "somewhere")
    assert not loading.cancelled
    loading.cancel()
    with pytest.raises(Cancelled, match=r"Reading a\.csv was stopped"):
        loading.tell(0.6, "more")
    assert loading.cancelled
