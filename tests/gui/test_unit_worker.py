"""Pictures of neurons from the background: the latest wish is answered, the same is not asked twice."""

from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.unit_worker import UnitWorker
from flux_gui.runtime.unit_inputs import UnitWish


def test_the_latest_wish_wins(qtbot: QtBot) -> None:
    worker, seen = UnitWorker(), []
    worker.ready.connect(seen.append)
    project = edits.line_example()
    for units in ((-1,), (0,), (-1, 0)):
        worker.ask(project, UnitWish(tuple((layer, (0,)) for layer in units)))
    qtbot.waitUntil(lambda: bool(seen))
    assert len(seen) == 1
    assert set(seen[0].layers) == {-1, 0}
    worker.ask(project, UnitWish(((-1, (0,)), (0, (0,)))))
    assert not worker._lane.busy
    worker.forget()
    worker.ask(project, UnitWish(((0, (0,)),)))
    qtbot.waitUntil(lambda: len(seen) == 2)
    worker.wait()
