"""Iris in the window: a file with a split column, layers removed to 4 => 3, Descent(0.5) in one batch, verified on the test rows."""

import csv
from pathlib import Path
from statistics import median

import pytest
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from person import Person, open_window


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    """The sample with a column `part`: rows 3, 6, ... 150 are test rows."""
    with resource("samples", "iris.csv").open(newline="", encoding="utf-8") as source:
        header, *rows = list(csv.reader(source))
    file = tmp_path / "iris_split.csv"
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow([*header, "part"])
        writer.writerows([*row, "test" if number % 3 == 0 else "train"] for number, row in enumerate(rows, start=1))
    return file


def set_up(person: Person, file: Path) -> None:
    person.dialogs.files.append(file)
    person.window.actions_table["data.open"].trigger()
    person.until(lambda: person.project.spec.name == "iris_split")
    assert person.find("data.source.target").value() == "species"
    person.click("panel.data.split")
    person.choose("data.source.split_column", "part")
    assert [len(person.project.dataset.parts[name].x) for name in ("train", "validation", "test")] == [100, 0, 50]
    person.window.stage.view.selectLayer(person.project.spec.model.layers[0].id)
    person.window.actions_table["model.remove_layer"].trigger()
    assert [layer.units for layer in person.project.spec.model.layers] == [3]
    person.choose("training.optimiser", "Descent")
    person.type("training.optimiser.eta", "0.5")
    person.type("training.batch", "0")


def accuracy(person: Person, seed: int, epochs: int) -> float:
    person.type("training.epochs", str(epochs))
    person.type("model.seed", str(seed))
    person.trains()
    assert person.project.state.epoch == epochs
    person.window.verification.model.show_columns([], [])
    person.click("panel.verify.run")
    person.until(lambda: bool(person.window.verification.model.columns))
    return float(person.find("verify.metric.accuracy").text())


def test_iris_by_hand(qtbot: QtBot, iris: Path) -> None:
    with open_window(qtbot) as person:
        set_up(person, iris)
        assert person.find("training.loss").value() == "logitcrossentropy"
        found = [accuracy(person, seed, 110) for seed in range(1, 6)]
        assert min(found) >= 0.86
        assert median(found) >= 0.92
        longer = [accuracy(person, seed, 300) for seed in range(1, 6)]
        assert min(longer) >= 0.94
