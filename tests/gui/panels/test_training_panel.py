"""Section 3: choices, the optimiser's own values, counts."""

from pathlib import Path

import pytest

from flux_gui.document import edits
from flux_gui.document.registries import CHAIN, MAIN
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.engine.schedules import SCHEDULES
from flux_gui.engine.stopping import STOPPING
from flux_gui.gui.panels.training_panel import rate_notice
from person import Person


@pytest.mark.parametrize("name", [entry.name for entry in MAIN.in_window()])
def test_an_optimiser_brings_its_values(person: Person, name: str) -> None:
    if name != "Descent":
        person.choose("training.optimiser", name)
    if any(hyper.advanced for hyper in OPTIMISERS.get(name).hypers):
        person.click("form.more")
    for hyper in OPTIMISERS.get(name).hypers:
        assert person.find(f"training.optimiser.{hyper.name}").value() == pytest.approx(hyper.default)
    person.controller.set_value("training.optimiser.eta", 1e-3) if name != "AdaDelta" else None
    person.controller.set_value("training.epochs", 3)
    person.trains()
    assert person.project.state.epoch == 3


def test_only_fitting_losses_are_offered(person: Person) -> None:
    field = person.find("training.loss")
    fitting = [entry.name for entry in LOSSES.in_window() if "regression" in entry.tasks]
    assert [field.itemData(i) for i in range(field.count())] == fitting
    assert "huber_loss" in fitting
    assert "logitcrossentropy" not in fitting
    person.choose("training.loss", "mae")
    assert person.window.results.loss.left.labelText == "absolute error"


def test_batches_are_counted(person: Person) -> None:
    person.type("training.batch", "4")
    assert person.window.training_panel.summary() == "2 batches"


def test_a_rate_that_comes_with_an_optimiser_is_told(person: Person) -> None:
    person.controller.set_value("training.optimiser", "Adam")
    assert person.window.notice.text() == "Rate set to Adam's usual 0.001."
    before = person.project
    same = edits.set_value(before, "training.epochs", 7)
    assert rate_notice(before, same) == ""
    assert rate_notice(before, edits.line_example()) == ""


def test_the_betas_stay_folded(person: Person) -> None:
    person.choose("training.optimiser", "Adam")
    form = person.window.training_panel.form
    assert form.more.text() == "More: Beta 1, Beta 2, Epsilon"
    assert not form.field("training.optimiser.beta1").isVisible()
    person.choose("training.optimiser", "Descent")
    assert not form.more.isVisible()


@pytest.mark.parametrize("name", [entry.name for entry in LOSSES.in_window() if "regression" in entry.tasks])
def test_a_loss_brings_its_values_and_trains(person: Person, name: str) -> None:
    person.controller.set_value("training.loss", name)
    person.controller.set_value("training.epochs", 3)
    person.controller.set_value("training.optimiser.eta", 1e-4)
    person.controller.set_parameter(1, 1.0, "layers.0.bias[0]")  # the logarithm of a prediction of 0 is no number
    entry, form = LOSSES.get(name), person.window.training_panel.form
    for hyper in entry.hypers:
        assert form.field(f"training.loss.{hyper.name}").value() == pytest.approx(hyper.default)
    assert ("training.loss.formula" in form.paths()) == entry.custom
    person.trains()
    assert person.project.state.epoch == 3


@pytest.mark.parametrize(("group", "path", "names"), [("rules", "chain", CHAIN.names()), ("stopping", "stop", STOPPING.names())])
def test_rules_are_switched_on_and_off(person: Person, group: str, path: str, names: list[str]) -> None:
    registry = CHAIN if path == "chain" else STOPPING
    fold = getattr(person.window.training_panel, group)
    nothing = fold.summary()
    person.click(f"panel.training.{path}")
    for name in names:
        person.click(f"training.{path}.{name}")
        assert name in [choice.name for choice in getattr(person.project.spec.training, path)]
        for hyper in registry.get(name).hypers:
            assert fold.form.field(f"training.{path}.{name}.{hyper.name}").value() == pytest.approx(hyper.default)
        assert registry.get(name).label in fold.summary()
        person.click(f"training.{path}.{name}")
        assert getattr(person.project.spec.training, path) == ()
    assert fold.summary() == nothing


def test_a_number_of_a_rule_is_typed(person: Person) -> None:
    person.click("panel.training.chain")
    person.click("training.chain.WeightDecay")
    person.type("training.chain.WeightDecay.lambd", "0.25")
    assert person.project.spec.training.chain[0].values == {"lambd": 0.25}
    assert person.window.training_panel.rules.summary().endswith("0.25")
    person.controller.undo()
    assert person.project.spec.training.chain[0].values == {}


@pytest.mark.parametrize("name", [entry.name for entry in SCHEDULES.in_window()])
def test_a_schedule_is_chosen_and_trains(person: Person, name: str) -> None:
    person.controller.set_value("training.epochs", 5)
    person.controller.set_value("training.optimiser.eta", 1e-3)
    person.controller.set_value("training.schedule.0.rule", name)
    person.click("panel.training.schedule")
    form = person.window.training_panel.schedule.form
    assert form.field("training.schedule.0.rule").value() == name
    for hyper in SCHEDULES.get(name).hypers:
        assert form.field(f"training.schedule.0.rule.{hyper.name}").value() == pytest.approx(hyper.default)
    person.trains()
    assert person.project.state.epoch == 5


def test_a_stage_with_a_length_is_followed_by_another(person: Person) -> None:
    person.click("panel.training.schedule")
    person.choose("training.schedule.0.rule", "Exp")
    person.type("training.schedule.0.length", "30")
    assert person.find("training.schedule.1.rule").value() == "constant"
    assert person.window.training_panel.schedule.summary().startswith(SCHEDULES.get("Exp").label)
    person.choose("training.schedule_unit", "step")
    assert person.project.spec.training.schedule_unit == "step"
    person.type("training.schedule.0.length", "0")
    assert len(person.project.spec.training.schedule) == 1


def test_a_formula_that_cannot_be_read_stays_with_its_sentence(person: Person) -> None:
    person.controller.set_value("training.loss", "custom")
    person.type("training.loss.formula", "(yhat - y")
    assert person.error_at("training.loss.formula")
    assert person.find("training.loss.formula").text() == "(yhat - y"
    person.type("training.loss.formula", "abs(yhat - y)")
    assert person.project.spec.training.loss.formula == "abs(yhat - y)"
    assert not person.error_at("training.loss.formula")


def test_classes_can_count_the_same(person: Person) -> None:
    assert "training.class_weights" not in person.window.training_panel.form.paths()
    person.window.files.use_sample()
    person.until(lambda: "training.class_weights" in person.window.training_panel.form.paths())
    person.choose("training.class_weights", "balanced")
    assert person.project.spec.training.class_weights == "balanced"


@pytest.mark.parametrize("task", ["classes", "binary"])
def test_losses_of_classes_are_mended_and_train(person: Person, tmp_path: Path, task: str) -> None:
    file = tmp_path / "points.csv"
    words = "abc" if task == "classes" else "ab"
    file.write_text("x,z,kind\n" + "".join(f"{i % 7},{i % 5 - 2},{words[i % len(words)]}\n" for i in range(60)))
    person.window.files.open_path(file)
    person.until(lambda: person.project.spec.name == "points")
    assert person.project.dataset.task == task
    fitting = [entry for entry in LOSSES.in_window() if task in entry.tasks]
    assert len(fitting) >= 4
    field = person.find("training.loss")
    assert [field.itemData(i) for i in range(field.count())] == [entry.name for entry in fitting]
    line = person.window.stage.problem
    for entry in fitting:
        person.controller.set_value("training.loss", entry.name)
        for _click in range(3):
            if line.isVisible() and line.button.isVisible():
                person.click("problem.mend")
        assert not line.isVisible(), (entry.name, line.accessibleName())
        person.controller.reset()
        person.controller.set_value("training.epochs", 2)
        person.trains()
        assert person.project.state.outcome == "finished", (entry.name, person.notice)
