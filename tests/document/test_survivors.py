"""What is said of the weights after an edit is what became of them."""

from dataclasses import replace

import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.edits_layers import duplicate_layers, with_hidden
from flux_gui.document.project import Project
from flux_gui.document.states import frozen
from flux_gui.document.survivors import Survivors, sentence, survivors


@pytest.fixture(scope="module")
def net() -> Project:
    project = with_hidden(edits.project_from_file(resource("samples", "iris.csv")), (8, 6))
    return replace(project, state=replace(project.state, parameters=frozen(project.state.parameters + 0.5), epoch=3, step=3))


def test_an_added_layer(net: Project) -> None:
    after = edits.add_layer(net, 1)
    found = survivors(net, after)
    assert found == Survivors(("hidden1", "output"), ("hidden2",), ("hidden3",))
    assert sentence(found, after) == "Weights kept in layers 0 and 3, the part that fits in layer 2, drawn anew in layer 1."


def test_a_resized_layer(net: Project) -> None:
    after = edits.resize_layer(net, 0, 9)
    assert survivors(net, after) == Survivors(("output",), ("hidden1", "hidden2"), ())


def test_all_and_nothing(net: Project) -> None:
    same = edits.add_layer(net, 1, "dropout")
    assert sentence(survivors(net, same), same) == "Weights kept in layers 0, 2 and 3."
    fresh = edits.reseed(net)
    assert sentence(survivors(net, fresh), fresh) == ""
    assert not survivors(net, fresh).any


def test_a_copy_is_new_and_many_are_counted(net: Project) -> None:
    after = duplicate_layers(net, ("output",))
    assert survivors(net, after).kept == ("hidden1", "hidden2")
    long = with_hidden(net, (8, 6, 6, 6, 6, 6))
    assert "drawn anew in 4 layers" in sentence(survivors(net, long), long)
