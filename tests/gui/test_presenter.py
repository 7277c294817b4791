"""What the window shows of the document and of running training, and that a part's request reaches the document."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PySide6.QtCore import Qt

from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.document.states import Outcome
from flux_gui.gui.dialogs.samples import SamplesDialog
from flux_gui.gui.presenter import OUTCOMES, Presenter
from person import Person


def test_everything_shows_the_project(person: Person) -> None:
    window = person.window
    assert window.data_panel.summary() == "11 rows · regression"
    assert window.network_panel.summary() == "2 parameters"
    assert window.training_panel.summary() == "one batch"
    assert window.verify_panel.summary() == "5 test rows sealed"
    assert window.stage.formula.text() == "Chain(Dense(1 => 1))"
    assert "seed 0" in window.state_label.text()
    assert not window.actions_table["edit.undo"].isEnabled()


def test_frames_move_everything(person: Person) -> None:
    person.type("training.epochs", "2000000000")
    person.click("run_bar.train.toggle")
    person.until(lambda: person.controller.bridge.frames > 3)
    assert len(person.window.results.loss.lines["train"].curve) > 1
    assert "steps/s" in person.window.run_bar.speed.text()
    assert person.window.state_label.text().startswith("Training")
    person.click("run_bar.train.toggle")
    person.until(lambda: not person.running)
    assert person.window.state_label.text().startswith("Paused")
    assert person.window.actions_table["edit.undo"].text().startswith("Undo \u201cTrained")


def test_the_rate_of_the_run_bar_and_of_the_panel_are_one(person: Person) -> None:
    person.type("run_bar.training.optimiser.eta", "0.25")
    assert person.find("training.optimiser.eta").value() == 0.25
    person.type("training.optimiser.eta", "0.5")
    assert person.find("run_bar.training.optimiser.eta").value() == 0.5


def test_a_rate_changed_while_training_is_shown_everywhere(person: Person) -> None:
    person.type("training.epochs", "2000000000")
    person.click("run_bar.train.toggle")
    person.type("run_bar.training.optimiser.eta", "0.05")
    assert person.find("training.optimiser.eta").value() == 0.05
    person.type("training.optimiser.eta", "0.02")
    assert person.find("run_bar.training.optimiser.eta").value() == 0.02
    assert person.running


def test_the_picture_edits_the_network(person: Person) -> None:
    view = person.window.stage.view
    view.addLayerRequested.emit(0)
    layer = person.project.spec.model.layers[0].id
    view.unitsRequested.emit(layer, 5)
    view.activationRequested.emit(layer, "tanh")
    assert person.window.stage.formula.text() == "Chain(Dense(1 => 5, tanh), Dense(5 => 1))"
    view.parameterPicked.emit(1, "weight", 0, 3)
    assert "from h3" in person.window.stage.strip.title.text()
    view.layerSelected.emit(layer)
    assert person.find("model.layers.0.initialiser").isVisible()
    view.removeLayerRequested.emit(layer)
    assert person.window.stage.formula.text() == "Chain(Dense(1 => 1))"


def test_a_value_typed_into_the_table(person: Person) -> None:
    person.click("drawer.parameters")
    table = person.window.parameters
    model = table.model()
    model.setData(model.index(1, 4), "0,75", Qt.ItemDataRole.EditRole)
    np.testing.assert_allclose(person.parameters, [0.9066542, 0.75], rtol=1e-6)
    model.setData(model.index(1, 4), "lots", Qt.ItemDataRole.EditRole)
    assert "lots" in person.notice


def test_source_chooser(person: Person) -> None:
    panel = person.window.data_panel
    person.bot.mouseClick(panel.source.button("sample"), Qt.MouseButton.LeftButton)
    assert panel.source.value() == "formula"
    gallery = person.window.findChild(SamplesDialog)
    person.bot.mouseClick(gallery.cards["iris"].use, Qt.MouseButton.LeftButton)
    person.until(lambda: person.project.dataset.task == "classes")
    assert panel.source.value() == "sample"
    assert person.find("data.source.target").value() == "species"
    person.bot.mouseClick(panel.source.button("formula"), Qt.MouseButton.LeftButton)
    person.until(lambda: person.project.dataset.task == "regression")
    person.bot.mouseClick(panel.source.button("file"), Qt.MouseButton.LeftButton)
    assert person.dialogs.asked == ["Open data"]
    assert panel.source.value() == "formula"


def test_a_refused_size_in_the_picture_goes_back(person: Person) -> None:
    person.click("panel.model.add_layer")
    person.controller.set_value("model.layers.0.units", 0)
    assert person.find("diagram.model.layers.0.units").text() == "16"
    assert person.error_at("model.layers.0.units")


def test_the_formula_takes_the_colours_of_the_theme(person: Person) -> None:
    before = person.window.stage.strip.formula.text()
    person.window.actions_table["view.theme.dark"].trigger()
    assert person.window.stage.strip.formula.text() != before
    person.window.actions_table["view.theme.light"].trigger()
    assert person.window.stage.strip.formula.text() == before


def test_another_project_is_shown_once_and_nothing_typed_is_kept(person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Project] = []
    show_project = Presenter.show_project
    monkeypatch.setattr(Presenter, "show_project", lambda presenter, project: shown.append(project) or show_project(presenter, project))
    store.save(edits.set_value(person.project, "training.epochs", 7), tmp_path / "line.flux")
    person.type("training.epochs", "0")
    assert person.error_at("training.epochs")
    person.controller.open(tmp_path / "line.flux")
    person.until(lambda: person.controller.document.path is not None)
    assert len(shown) == 1
    assert not person.error_at("training.epochs")
    assert person.find("training.epochs").value() == 7


def test_a_problem_is_told_and_mended_in_one_step(person: Person) -> None:
    line = person.window.stage.problem
    assert not line.isVisible()
    person.window.files.use_sample()
    person.until(lambda: person.project.spec.name == "iris")
    person.controller.add_layer(None, "softmax")
    assert line.isVisible()
    assert "second time" in line.toolTip()
    steps = person.controller.stack.index()
    person.click("problem.mend")
    assert not line.isVisible()
    assert person.controller.stack.index() == steps + 1
    person.controller.undo()
    assert line.isVisible()


def test_a_run_that_stopped_early_says_why(person: Person) -> None:
    person.controller.set_value("training.stop.target_loss", True)
    person.controller.set_value("training.stop.target_loss.loss", 1e6)
    person.trains()
    assert person.window.state_label.text().startswith("Stopped early")
    assert person.project.state.message
    assert person.project.state.message in person.notice


def test_every_outcome_has_a_word() -> None:
    assert set(get_args(Outcome)) == set(OUTCOMES)
