"""Wrong input in the window: one clear sentence at its place, and the project and the file on disk stay unharmed."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.document import edits, store
from person import Person, open_window

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def somebody(qtbot: QtBot):
    with open_window(qtbot) as person:
        yield person


@pytest.mark.parametrize("formula", ["", "4*x +", '__import__("os")', "x.__class__", "9**9**9**9*x", "4*q"])
def test_formulas(somebody: Person, formula: str) -> None:
    before = somebody.project
    somebody.type("data.source.formula", formula)
    assert somebody.error_at("data.source.formula")
    assert somebody.project is before


@pytest.mark.parametrize("units", ["0", "-3", "1000000000", "two"])
def test_layer_sizes(somebody: Person, units: str) -> None:
    somebody.click("panel.model.add_layer")
    before = somebody.project
    somebody.type("model.layers.0.units", units)
    assert somebody.error_at("model.layers.0.units")
    assert somebody.project is before


@pytest.mark.parametrize("name", ["training.optimiser.eta", "run_bar.training.optimiser.eta"])
@pytest.mark.parametrize("rate", ["-0.1", "nan", "inf", ""])
def test_rates(somebody: Person, name: str, rate: str) -> None:
    before = somebody.project
    somebody.type(name, rate)
    assert somebody.error_at(name)
    assert somebody.project is before


def test_ranges(somebody: Person) -> None:
    before = somebody.project
    somebody.type("data.source.train", "5:0")
    assert "5" in somebody.error_at("data.source.train")
    assert somebody.project is before


def opened(person: Person, file: Path) -> str:
    before = person.project
    bytes_before = file.read_bytes() if file.is_file() else None
    person.window.files.open_path(file)
    person.until(lambda: bool(person.notice))
    assert person.project is before
    assert (file.read_bytes() if file.is_file() else None) == bytes_before
    return person.notice


def test_unknown_files(somebody: Person, tmp_path: Path) -> None:
    assert "missing.csv" in opened(somebody, tmp_path / "missing.csv")
    somebody.window.notice.hide()
    assert "missing.flux" in opened(somebody, tmp_path / "missing.flux")


def test_a_table_without_a_header(somebody: Person, tmp_path: Path) -> None:
    file = tmp_path / "bare.csv"
    file.write_text("1,2,3\n4,5,6\n7,8,9\n")
    assert "header" in opened(somebody, file).lower()


def test_wrong_columns(somebody: Person, tmp_path: Path) -> None:
    file = tmp_path / "houses.csv"
    file.write_text("area,side,price\n" + "".join(f"{30 + i},{'north' if i % 2 else 'south'},{100 + i}\n" for i in range(20)))
    before = somebody.project
    somebody.controller.open_data(file, target="prize")
    somebody.until(lambda: "prize" in somebody.notice and "price" in somebody.notice)
    assert somebody.project is before
    somebody.window.files.open_path(file)
    somebody.until(lambda: somebody.project.spec.name == "houses")
    before = somebody.project
    somebody.controller.set_value("data.source.columns.1.kind", "number")
    somebody.until(lambda: "side" in somebody.notice and "south" in somebody.notice)
    assert "row 2" in somebody.notice.lower()
    assert somebody.project is before


def test_damaged_projects(somebody: Person, tmp_path: Path) -> None:
    whole = tmp_path / "whole.flux"
    store.save(edits.line_example(), whole)
    cut = tmp_path / "cut.flux"
    cut.write_bytes(whole.read_bytes()[:300])
    assert "cut.flux" in opened(somebody, cut)
    somebody.window.notice.hide()
    other = tmp_path / "other.flux"
    other.write_text("this is not a zip")
    assert "other.flux" in opened(somebody, other)


def test_a_wrong_parameter(somebody: Person) -> None:
    before = somebody.project
    somebody.type("parameter.value", "much")
    assert somebody.error_at("parameter.value")
    somebody.type("parameter.value", "1e60")
    assert somebody.error_at("parameter.value")
    assert somebody.project is before


def test_a_diverging_run_keeps_the_last_finite_parameters(somebody: Person) -> None:
    somebody.type("training.optimiser.eta", "10")
    somebody.click("run_bar.train.toggle")
    somebody.until(lambda: not somebody.running)
    assert "epoch" in somebody.notice
    assert "smaller" in somebody.notice
    assert somebody.project.state.outcome == "diverged"
    assert np.isfinite(somebody.parameters).all()
    assert somebody.project.state.epoch > 0
    somebody.click("run_bar.train.reset")
    somebody.type("training.optimiser.eta", "0.1")
    somebody.trains()
    np.testing.assert_allclose(somebody.parameters, [4.0178537, 2.0050256], rtol=1e-5)


def test_closing_while_training_joins_the_thread(somebody: Person) -> None:
    somebody.type("training.epochs", "2000000000")
    somebody.click("run_bar.train.toggle")
    somebody.until(lambda: somebody.running)
    somebody.window.close_now()
    assert not somebody.running
