"""Section 3: choices, the optimiser's own values, counts."""

import pytest

from flux_gui.engine.optimisers import OPTIMISERS
from person import Person


@pytest.mark.parametrize("name", [entry.name for entry in OPTIMISERS.in_window()])
def test_an_optimiser_brings_its_values(person: Person, name: str) -> None:
    if name != "Descent":
        person.choose("training.optimiser", name)
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
