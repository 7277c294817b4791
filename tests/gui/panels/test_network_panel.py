"""Section 2: sizes, start values, number format, seed."""

import numpy as np

from person import Person


def test_layers_by_size(person: Person) -> None:
    person.click("panel.model.add_layer")
    person.type("model.layers.0.units", "5")
    assert person.project.spec.model.layers[0].units == 5
    assert person.window.network_panel.summary() == "16 parameters"


def test_seed_format_and_start(person: Person) -> None:
    before = person.parameters.copy()
    person.type("model.seed", "4")
    assert not np.array_equal(before, person.parameters)
    person.choose("model.dtype", "float64")
    assert person.parameters.dtype == np.float64
    field = person.find("model.layers.0.initialiser")
    person.choose("model.layers.0.initialiser", str(field.itemData(field.count() - 1)))
    assert person.project.spec.model.layers[0].initialiser.name == field.value()
