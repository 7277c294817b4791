"""Addresses agree with the arrays they stand for, nested layers included."""

import numpy as np
import pytest

from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.engine.models import layout
from flux_gui.gui import addresses as module
from flux_gui.gui.addresses import Addresses, addresses, short_label
from flux_gui.specs import DenseSpec, ModelSpec


@pytest.fixture
def project() -> Project:
    return edits.resize_layer(edits.add_layer(edits.line_example(), 0), 0, 3)


def test_addresses_agree_with_the_arrays(project: Project) -> None:
    places = addresses(project)
    flat = np.arange(len(places), dtype=float)
    parts = {layer: (weight, bias) for layer, weight, bias in module.arrays(places.slots, flat)}
    for index in range(len(places)):
        at = places.at(index)
        weight, bias = parts[at.layer]
        assert (weight[at.row, at.column] if at.name == "weight" else bias[at.row]) == index
        assert places.find(at.layer, at.name, at.row, at.column) == at
    assert places.find(9, "weight", 0, 0) is None


def test_the_parameters_of_one_neuron() -> None:
    places = Addresses(layout(ModelSpec((DenseSpec("a", 3), DenseSpec("output", 1))), 50))
    found = places.of_neuron(places.find(0, "weight", 2, 40), 11)
    assert len(found) == 11
    assert all(places.at(one.index) == one for one in found)
    assert {one.row for one in found} == {2}
    assert 40 in [one.column for one in found]
    assert found[-1].name == "bias"


def test_parameters_of_other_layers_have_places_too(project: Project) -> None:
    project = edits.add_layer(edits.add_layer(project, 1, "batchnorm"), 2, "skipconnection")
    places = addresses(project)
    for index in range(len(places)):
        at = places.at(index)
        assert places.inside(at.array, at.row, at.column) == at
        assert at in places.of_neuron(at, 10)
        assert short_label(at)
    inside = next(places.at(i) for i in range(len(places)) if places.at(i).is_nested)
    assert inside.array == "layers.2.layers.0.weight"
    assert inside.where == "2.0"
    assert short_label(inside) == "w2.0[0,0]"
    assert places.find(2, "weight", 0, 0) is None
    scale = places.find(1, "scale", 2, 0)
    assert scale is not None
    assert scale.key == "layers.1.scale[2]"
    assert places.find(1, "scale", 3, 0) is None
    assert [layer for layer, weight, _bias in module.arrays(places.slots, project.state.parameters) if weight is not None] == [0, 3]
