"""The controller: edits with undo, refusals as signals, live changes and edits during training."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.document.document import Document
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.controller import Controller, layer_index, stretch_text


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[Controller]:
    made = Controller(Document(edits.line_example()), Bridge())
    yield made
    made.close()


def train_endlessly(controller: Controller, qtbot: QtBot) -> None:
    controller.set_value("training.epochs", 100_000_000)
    controller.toggle()
    qtbot.waitUntil(lambda: controller.bridge.frames > 1)


def stop(controller: Controller, qtbot: QtBot) -> None:
    controller.toggle()
    qtbot.waitUntil(lambda: not controller.bridge.running)


def test_an_edit_can_be_undone(controller: Controller) -> None:
    before = controller.project
    controller.set_value("training.epochs", 7)
    controller.add_layer()
    assert len(controller.project.spec.model.layers) == 2
    controller.undo()
    controller.undo()
    assert controller.project is before


def test_a_refused_value_changes_nothing(controller: Controller, qtbot: QtBot) -> None:
    before = controller.project
    with qtbot.waitSignal(controller.failed) as failed:
        controller.set_value("training.optimiser.eta", -1.0)
    assert failed.args[0] == "training.optimiser.eta"
    assert failed.args[1]
    assert controller.project is before
    assert controller.stack.count() == 0


def test_moves_of_a_slider_are_one_undo_step(controller: Controller) -> None:
    for rate in (0.2, 0.3, 0.4):
        controller.set_value("training.optimiser.eta", rate)
    assert controller.stack.count() == 1


def test_the_rate_changes_while_training(controller: Controller, qtbot: QtBot) -> None:
    train_endlessly(controller, qtbot)
    controller.set_value("training.optimiser.eta", 0.05)
    assert controller.bridge.running
    stop(controller, qtbot)
    assert controller.project.spec.training.optimiser.values["eta"] == pytest.approx(0.05)
    assert controller.stack.undoText().startswith("Trained ")


def test_an_edit_while_training_pauses_applies_and_goes_on(controller: Controller, qtbot: QtBot) -> None:
    train_endlessly(controller, qtbot)
    controller.add_layer()
    qtbot.waitUntil(lambda: len(controller.project.spec.model.layers) == 2 and controller.bridge.running)
    qtbot.waitSignal(controller.bridge.frame, check_params_cb=lambda frame: frame.epoch > 0).wait()
    stop(controller, qtbot)
    assert controller.project.state.epoch > 0


def test_a_refused_edit_does_not_even_pause(controller: Controller, qtbot: QtBot) -> None:
    train_endlessly(controller, qtbot)
    with qtbot.waitSignal(controller.failed):
        controller.set_value("data.source.formula", "4*x +")
    assert controller.bridge.running
    stop(controller, qtbot)


def test_reset_while_training_returns_to_the_start(controller: Controller, qtbot: QtBot) -> None:
    train_endlessly(controller, qtbot)
    controller.reset()
    qtbot.waitUntil(lambda: not controller.bridge.running)
    np.testing.assert_array_equal(controller.project.state.parameters, np.array([0.9066542, 0], np.float32))
    assert controller.project.state.epoch == 0


def test_a_finished_project_says_so(controller: Controller, qtbot: QtBot) -> None:
    controller.toggle()
    qtbot.waitUntil(lambda: not controller.bridge.running)
    with qtbot.waitSignal(controller.notice) as notice:
        controller.toggle()
    assert "201" in notice.args[1]


def test_words_for_layers_and_stretches(controller: Controller, qtbot: QtBot) -> None:
    before = controller.project
    assert layer_index(before, before.spec.model.layers[0].id) == 0
    controller.step_epoch()
    qtbot.waitUntil(lambda: not controller.bridge.running)
    assert stretch_text(before, controller.project) == "Trained 1 epoch"


def test_weights_that_are_kept_are_told(controller: Controller, qtbot: QtBot) -> None:
    controller.step_epoch()
    qtbot.waitUntil(lambda: not controller.bridge.running)
    with qtbot.waitSignal(controller.notice) as notice:
        controller.set_value("data.source.formula", "4*x + 3")
    assert "epoch 0" in notice.args[1]
    assert "Reset" in notice.args[2]
    with qtbot.assertNotEmitted(controller.notice):
        controller.set_value("data.source.formula", "4*x + 4")
    controller.step_epoch()
    qtbot.waitUntil(lambda: not controller.bridge.running)
    with qtbot.assertNotEmitted(controller.notice):
        controller.reset()


def test_what_went_well_is_said(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    done: list[str] = []
    controller.accepted.connect(done.append)
    controller.set_value("training.epochs", 7)
    controller.undo()
    controller.save(tmp_path / "a.flux")
    controller.new_project()
    assert done == ["training.epochs", "edit.undo", "project.save", "project"]


def test_the_name_is_that_of_the_file(controller: Controller, tmp_path: Path) -> None:
    assert controller.name == "line"
    controller.save(tmp_path / "other.flux")
    assert controller.name == "other"
