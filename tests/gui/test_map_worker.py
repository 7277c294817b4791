"""Pictures from the background: the latest wish is answered, the same network is not asked twice."""

from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.map_worker import MapWorker
from flux_gui.runtime.map_probe import DecisionMap
from flux_gui.specs import Choice, GeneratedData


def test_the_latest_wish_wins(qtbot: QtBot) -> None:
    maps, seen = MapWorker(), []
    maps.ready.connect(seen.append)
    projects = [edits.project_from_generator(GeneratedData(Choice("circle"), rows=40, seed=seed)) for seed in range(4)]
    for project in projects:
        maps.ask(project)
    qtbot.waitUntil(lambda: bool(seen))
    qtbot.waitUntil(lambda: not maps._lane.busy)
    assert len(seen) == 1
    assert isinstance(seen[0], DecisionMap)
    maps.ask(projects[-1])
    assert not maps._lane.busy
    maps.forget()
    maps.ask(projects[-1])
    qtbot.waitUntil(lambda: len(seen) == 2)
    maps.wait()


def test_without_a_plane_there_is_none(qtbot: QtBot) -> None:
    maps, seen = MapWorker(), []
    maps.ready.connect(seen.append)
    maps.ask(edits.line_example())
    assert seen == [None]
