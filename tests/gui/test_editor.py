"""The editor: what is unsaved, and what waits for training to end."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.controller import Controller
from training import stop, train_endlessly


def ended_unheard(controller: Controller) -> None:
    """Wait until the training thread is done, while its last word still waits in the queue of events."""
    session = controller.bridge._session
    assert session is not None
    session.wait()
    assert controller.bridge.running


def diverging(controller: Controller) -> None:
    controller.set_value("training.optimiser.eta", 10.0)
    controller.set_value("training.epochs", 10_000)


def test_training_that_runs_is_unsaved_work(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    assert not controller.unsaved
    controller.set_value("training.epochs", 2_000_000_000)
    assert controller.unsaved
    controller.save(tmp_path / "a.flux")
    assert not controller.unsaved
    controller.toggle()
    assert not controller.document.dirty
    assert controller.unsaved
    stop(controller, qtbot)


def test_a_new_project_does_not_train_by_itself(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    train_endlessly(controller, qtbot)
    with qtbot.waitSignal(controller.replaced):
        controller.save(tmp_path / "a.flux", controller.new_project)
    qtbot.wait(50)
    assert not controller.bridge.running
    assert controller.project.state.epoch == 0
    train_endlessly(controller, qtbot)
    with qtbot.waitSignal(controller.replaced):
        controller.when_idle(controller.new_project, go_on=True)
    qtbot.wait(50)
    assert not controller.bridge.running


def test_a_pause_stays_a_pause_when_something_is_changed(controller: Controller, qtbot: QtBot) -> None:
    train_endlessly(controller, qtbot)
    controller.toggle()
    controller.set_value("training.batch", 3)
    qtbot.waitUntil(lambda: controller.project.spec.training.batch == 3)
    qtbot.wait(50)
    assert not controller.bridge.running


def test_what_waits_is_done_when_training_failed(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    diverging(controller)
    controller.toggle()
    ended_unheard(controller)
    controller.save(tmp_path / "a.flux")
    with qtbot.waitSignal(controller.notice) as notice:
        pass
    assert notice.args[0] == "error"
    assert (tmp_path / "a.flux").is_file()
    assert not controller.document.dirty
    assert not controller.bridge.running


def test_training_that_cannot_go_on_is_no_step_to_undo(controller: Controller, qtbot: QtBot) -> None:
    diverging(controller)
    controller.toggle()
    qtbot.waitUntil(lambda: not controller.bridge.running)
    steps, project = controller.stack.count(), controller.project
    assert project.state.outcome == "diverged"
    for _ in range(2):
        with qtbot.waitSignal(controller.notice):
            controller.toggle()
    assert controller.stack.count() == steps
    assert controller.project is project


def test_a_rate_typed_just_after_a_pause_is_kept(controller: Controller, qtbot: QtBot) -> None:
    train_endlessly(controller, qtbot)
    controller.toggle()
    ended_unheard(controller)
    controller.set_value("training.optimiser.eta", 0.0123)
    qtbot.waitUntil(lambda: not controller.bridge.running)
    assert controller.project.spec.training.optimiser.values["eta"] == 0.0123
    assert controller.bridge.take_adjustments() == []
    controller.undo()
    assert "eta" not in controller.project.spec.training.optimiser.values
    assert controller.project.state.step > 0


def test_the_rest_still_happens_when_one_thing_fails(controller: Controller, qtbot: QtBot) -> None:
    train_endlessly(controller, qtbot)
    with qtbot.waitSignal(controller.failed) as failed:
        controller.when_idle(lambda: edits.set_value(controller.project, "training.epochs", -1))
        controller.set_value("training.batch", 3)
    assert failed.args[1]
    qtbot.waitUntil(lambda: controller.project.spec.training.batch == 3)


@pytest.mark.parametrize("steps", [0, 1])
def test_only_a_new_project_clears_the_undo_menu(controller: Controller, steps: int) -> None:
    for epochs in range(steps):
        controller.set_value("training.epochs", 7 + epochs)
    assert controller.stack.count() == steps
    controller.new_project()
    assert controller.stack.count() == 0
