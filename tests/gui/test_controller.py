"""The controller: edits with undo, refusals as signals, live changes, files and verification beside training."""

from pathlib import Path
from threading import Event
from time import sleep

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.data.reading import Progress
from flux_gui.document import edits, store
from flux_gui.document.document import Document
from flux_gui.gui import changes
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.controller import Controller
from training import Gate, stop, train_endlessly


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


def test_opening_does_not_throw_away_what_was_done_meanwhile(
    controller: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.save(tmp_path / "a.flux")
    gate = Gate(store.load)
    monkeypatch.setattr(store, "load", gate)
    controller.open(tmp_path / "a.flux")
    controller.set_value("training.epochs", 7)
    with qtbot.waitSignal(controller.notice) as notice:
        gate.let_through()
    assert "a.flux" in notice.args[1]
    assert controller.project.spec.training.epochs == 7
    with qtbot.waitSignal(controller.replaced):
        controller.open(tmp_path / "a.flux")
    assert controller.project.spec.training.epochs == 201


def test_opening_ends_training(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    controller.save(tmp_path / "a.flux")
    train_endlessly(controller, qtbot)
    with qtbot.waitSignal(controller.replaced):
        controller.open(tmp_path / "a.flux")
    qtbot.wait(50)
    assert not controller.bridge.running
    assert controller.project.state.epoch == 0


def test_a_table_does_not_replace_what_was_done_meanwhile(controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(edits.project_from_file)
    monkeypatch.setattr(edits, "project_from_file", gate)
    controller.open_data(resource("samples", "iris.csv"))
    controller.set_value("training.epochs", 7)
    with qtbot.waitSignal(controller.notice) as notice:
        gate.let_through()
    assert "iris.csv" in notice.args[1]
    assert controller.project.dataset.task == "regression"


def test_a_change_finds_its_layer_again(controller: Controller, qtbot: QtBot) -> None:
    controller.add_layer()
    controller.add_layer()
    first, second, _last = (layer.id for layer in controller.project.spec.model.layers)
    train_endlessly(controller, qtbot)
    controller.remove_layer(first)
    controller.set_activation(second, "tanh")
    controller.resize_layer(second, 3)
    qtbot.waitUntil(lambda: len(controller.project.spec.model.layers) == 2)
    qtbot.waitUntil(lambda: controller.bridge.running)
    stop(controller, qtbot)
    changed, last = controller.project.spec.model.layers
    assert (changed.id, changed.activation.name, changed.units) == (second, "tanh", 3)
    assert last.activation.name == "identity"


def test_a_change_of_a_layer_that_is_gone_is_said(controller: Controller, qtbot: QtBot) -> None:
    failed: list[tuple[str, ...]] = []
    controller.failed.connect(lambda *said: failed.append(said))
    controller.add_layer()
    id = controller.project.spec.model.layers[0].id
    train_endlessly(controller, qtbot)
    for _ in range(2):
        controller.remove_layer(id)
    controller.set_activation(id, "tanh")
    controller.set_parameter(0, 1.0, "layers.0.weight[0, 0]")
    controller.set_value("training.batch", 3)
    qtbot.waitUntil(lambda: controller.project.spec.training.batch == 3)
    qtbot.waitUntil(lambda: controller.bridge.running)
    assert [said[0] for said in failed] == ["", "", "parameter.value"]
    controller.resize_layer(id, 3)
    assert failed[-1][0] == ""
    assert "layer" in failed[-1][1]


def test_a_live_value_is_told(controller: Controller, qtbot: QtBot) -> None:
    train_endlessly(controller, qtbot)
    with qtbot.waitSignal(controller.liveChanged) as told:
        controller.set_value("training.optimiser.eta", 0.05)
    assert told.args == ["training.optimiser.eta", 0.05]


def test_what_was_verified_before_a_reset_is_not_shown(controller: Controller, qtbot: QtBot) -> None:
    controller.step_epoch()
    qtbot.waitUntil(lambda: not controller.bridge.running)
    with qtbot.assertNotEmitted(controller.verified), qtbot.waitSignal(controller.notice) as notice:
        controller.verify()
        controller.reset()
    assert "network changed" in notice.args[1]
    with qtbot.waitSignal(controller.verified):
        controller.verify()
        controller.set_value("training.epochs", 7)


def test_large_data_are_prepared_in_the_background(controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MANY_CELLS", 0)
    controller.set_value("data.source.formula", "3*x")
    assert controller.worker.busy
    controller.set_value("training.epochs", 7)
    qtbot.waitUntil(lambda: controller.project.spec.data.source.formula == "3*x")
    assert controller.project.spec.training.epochs == 7
    with qtbot.waitSignal(controller.failed) as failed:
        controller.set_value("data.source.formula", "3*x +")
    assert failed.args[0] == "data.source.formula"


def test_large_data_change_while_training(controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MANY_CELLS", 0)
    train_endlessly(controller, qtbot)
    controller.set_value("data.source.formula", "3*x")
    qtbot.waitUntil(lambda: controller.project.spec.data.source.formula == "3*x" and controller.bridge.running)
    controller.set_value("data.source.formula", "5*x")
    controller.new_project()
    qtbot.waitUntil(lambda: not controller.worker.busy and not controller.bridge.running)
    qtbot.wait(50)
    assert controller.project.spec.data.source.formula == edits.line_example().spec.data.source.formula


def test_a_large_project_is_saved_in_the_background(
    controller: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MANY_BYTES", 0)
    done: list[str] = []
    controller.set_value("training.epochs", 7)
    controller.save(tmp_path / "a.flux", lambda: done.append("then"))
    assert controller.document.dirty
    qtbot.waitUntil(lambda: done == ["then"])
    assert not controller.document.dirty
    assert store.load(tmp_path / "a.flux").spec.training.epochs == 7
    with qtbot.waitSignal(controller.failed) as failed:
        controller.save(tmp_path / "gone" / "a.flux")
    assert failed.args[0] == "project.save"


def test_what_changes_while_saving_is_not_saved(
    controller: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MANY_BYTES", 0)
    done: list[str] = []
    controller.set_value("training.epochs", 7)
    with qtbot.waitSignals([controller.saved, controller.notice]):
        controller.save(tmp_path / "a.flux", lambda: done.append("then"))
        controller.set_value("training.batch", 3)
    assert controller.document.dirty
    assert not done
    controller.undo()
    assert not controller.document.dirty


def test_reading_can_be_stopped(controller: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, before = Event(), controller.project

    def slow(path: Path, *_others: object, progress: Progress, **_more: object) -> None:
        begun.set()
        while True:
            progress(None, "reading")
            sleep(0.005)

    monkeypatch.setattr(edits, "project_from_file", slow)
    told: list[object] = []
    controller.loadingChanged.connect(told.append)
    controller.open_data(tmp_path / "a.csv")
    assert begun.wait(5)
    with qtbot.waitSignal(controller.notice) as notice:
        controller.stop_loading()
    assert notice.args[1] == "Reading a.csv was stopped."
    assert controller.project is before
    assert told[-1] is None
    assert controller.stack.count() == 0


def test_another_file_takes_the_place_of_the_one_being_read(controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, begun = edits.project_from_file, Event()

    def slow_first(path: Path, *others: object, progress: Progress, **more: object) -> object:
        while path.name == "first.csv":
            begun.set()
            progress(None, "reading")
            sleep(0.005)
        return whole(path)

    monkeypatch.setattr(edits, "project_from_file", slow_first)
    controller.open_data(Path("first.csv"))
    assert begun.wait(5)
    controller.open_data(resource("samples", "iris.csv"))
    qtbot.waitUntil(lambda: controller.project.spec.name == "iris")
    assert not controller.worker.busy


def test_closing_stops_reading(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = Event()

    def endless(path: Path, *_others: object, progress: Progress, **_more: object) -> None:
        while True:
            begun.set()
            progress(None, "reading")
            sleep(0.005)

    monkeypatch.setattr(edits, "project_from_file", endless)
    made = Controller(Document(edits.line_example()), Bridge())
    made.open_data(Path("a.csv"))
    assert begun.wait(5)
    made.close()
    assert made.project.spec.name == "line"


def test_reading_again_can_be_stopped(controller: Controller, qtbot: QtBot) -> None:
    controller.open_data(resource("samples", "iris.csv"))
    qtbot.waitUntil(lambda: controller.project.spec.name == "iris")
    before, told = controller.project, list[object]()
    controller.loadingChanged.connect(told.append)
    controller.set_value("data.source.reading.encoding", "cp1252")
    controller.stop_loading()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] is None
    assert controller.project is before or controller.project.spec.data.source.reading.encoding == "cp1252"
    controller.set_value("data.source.reading.encoding", "utf-8")
    qtbot.waitUntil(lambda: controller.project.spec.data.source.reading.encoding == "utf-8")
    assert controller.stack.undoText() == "Change how the file is read"
