"""Section 3: choices, the optimiser's own values, counts."""

import pytest

from flux_gui.document import edits
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.gui.panels.training_panel import rate_notice
from person import Person


@pytest.mark.parametrize("name", [entry.name for entry in OPTIMISERS.in_window()])
def test_an_optimiser_brings_its_values(person: Person, name: str) -> None:
    if name != "Descent":
        person.choose("training.optimiser", name)
    if any(hyper.advanced for hyper in OPTIMISERS.get(name).hypers):
        person.click("form.more")
    for hyper in OPTIMISERS.get(name).hypers:
        assert person.find(f"training.optimiser.{hyper.name}").value() == pytest.approx(hyper.default)


def test_only_fitting_losses_are_offered(person: Person) -> None:
    field = person.find("training.loss")
    assert [field.itemData(i) for i in range(field.count())] == ["mse", "mae"]
    person.choose("training.loss", "mae")
    assert person.window.results.loss.left.labelText == "loss (mae)"


def test_batches_are_counted(person: Person) -> None:
    person.type("training.batch", "4")
    assert person.window.training_panel.summary() == "2 batches"


def test_a_rate_that_comes_with_an_optimiser_is_told(person: Person) -> None:
    person.choose("training.optimiser", "Adam")
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
