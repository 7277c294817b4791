"""Flux's walk-through in the real window: look, type the start, one step, two hundred more, verify, export, save, undo."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.runtime.verify import evaluate
from person import Person, open_window

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
FINAL = [4.0178537, 2.0050256]
PREDICTIONS = [26.1121, 30.13, 34.1479, 38.1657, 42.1836]


def loss(person: Person) -> float:
    return evaluate(person.project, parts=("train",))["train"]["loss"]


def type_parameter(person: Person, key: str, text: str) -> None:
    choice = person.find("parameter.key")
    person.choose("parameter.key", str(choice.findText(key)))
    person.choose("parameter.key", choice.itemData(choice.findText(key)))
    person.type("parameter.value", text)


def table_column(person: Person, header: str) -> list[float]:
    model = person.window.verification.model
    return [float(text) for text in model.columns[model.headers.index(header)]]


def test_the_window_opens_on_the_untrained_line(qtbot: QtBot) -> None:
    with open_window(qtbot) as person:
        button = person.find("run_bar.train.toggle")
        assert button.isEnabled()
        assert button.text() == "Train"
        assert button.property("primary")
        curve = person.window.results.loss.lines["train"].curve
        assert list(curve.x) == [0.0]
        np.testing.assert_allclose(curve.last, [122.64734], rtol=1e-6)
        xs, ys = person.window.results.fit._line
        np.testing.assert_allclose(ys, 0.9066542 * xs, atol=1e-5)


def test_the_walk_through(qtbot: QtBot, tmp_path: Path) -> None:
    with open_window(qtbot) as person:
        person.click("run_bar.train.reset")
        type_parameter(person, "layers.0.weight[0, 0]", "0.5")
        type_parameter(person, "layers.0.weight[0, 0]", "0.9066542")
        type_parameter(person, "layers.0.bias[0]", "0")
        np.testing.assert_array_equal(person.parameters, np.array([0.9066542, 0], np.float32))
        np.testing.assert_allclose(loss(person), 122.64734, rtol=1e-6)

        person.click("run_bar.train.step_epoch")
        person.until(lambda: not person.running)
        assert person.project.state.epoch == 1
        np.testing.assert_allclose(person.parameters, [7.577788, 1.9466728], rtol=1e-6)
        np.testing.assert_allclose(loss(person), 116.38745, rtol=1e-6)

        person.trains()
        assert person.project.state.epoch == 201
        np.testing.assert_allclose(person.parameters, FINAL, rtol=1e-5)
        np.testing.assert_allclose(loss(person), 0.00339581, rtol=1e-4)

        person.click("panel.verify.run")
        person.until(lambda: bool(person.window.verification.model.columns))
        np.testing.assert_allclose(table_column(person, "predicted"), PREDICTIONS, rtol=1e-5)
        assert table_column(person, "true y") == [26, 30, 34, 38, 42]

        export_and_save(person, tmp_path)
        undo_everything(person)


def export_and_save(person: Person, folder: Path) -> None:
    for name in ("line.npz", "line.csv", "line.json"):
        person.dialogs.files.append(folder / name)
        person.press(Qt.Key.Key_E, CTRL)
        person.until(lambda name=name: (folder / name).is_file())
    np.testing.assert_allclose(float(np.load(folder / "line.npz")["layers.0.weight"][0, 0]), FINAL[0], rtol=1e-6)
    assert "layers.0.bias" in json.loads((folder / "line.json").read_text())
    person.dialogs.files.append(folder / "line.flux")
    person.press(Qt.Key.Key_S, CTRL)
    person.until((folder / "line.flux").is_file)
    assert not person.controller.document.dirty


def undo_everything(person: Person) -> None:
    assert person.controller.stack.undoText() == "Trained 200 epochs"
    person.press(Qt.Key.Key_Z, CTRL)
    assert person.project.state.epoch == 1
    person.press(Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(person.parameters, np.array([0.9066542, 0], np.float32))
    person.press(Qt.Key.Key_Z, CTRL, SHIFT)
    person.press(Qt.Key.Key_Z, CTRL, SHIFT)
    np.testing.assert_allclose(person.parameters, FINAL, rtol=1e-5)


def test_a_saved_project_opens_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.flux"
    with open_window(qtbot) as person:
        person.type("training.epochs", "30")
        person.trains()
        person.dialogs.files.append(file)
        person.press(Qt.Key.Key_S, CTRL)
        person.until(file.is_file)
        before = person.parameters.copy()
        person.press(Qt.Key.Key_N, CTRL)
        assert person.project.state.epoch == 0
        person.dialogs.files.append(file)
        person.press(Qt.Key.Key_O, CTRL)
        person.until(lambda: person.project.state.epoch == 30)
        np.testing.assert_array_equal(person.parameters, before)
        assert "30" in person.window.run_bar.epoch.text()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_F5])
def test_keys_train_and_pause(qtbot: QtBot, key: Qt.Key) -> None:
    with open_window(qtbot) as person:
        person.type("training.epochs", "2000000000")
        person.window.setFocus()
        person.press(key)
        person.until(lambda: person.controller.bridge.frames > 1)
        assert person.window.run_bar.train.text() == "Pause"
        person.press(key)
        person.until(lambda: not person.running)
        assert person.window.run_bar.train.text() == "Train"
        assert person.project.state.epoch > 0
