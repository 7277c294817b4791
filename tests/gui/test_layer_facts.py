"""What is said of layers and of their costs."""

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.edits_layers import freeze_layers, rename_layer, with_hidden
from flux_gui.document.model_costs import Cost
from flux_gui.gui.layer_facts import cost_line, layer_tips, network_cost, usual_titles


def test_every_layer_says_what_it_is_and_costs() -> None:
    project = edits.add_layer(with_hidden(edits.project_from_file(resource("samples", "iris.csv")), (8,)), 1, "dropout")
    project = freeze_layers(rename_layer(project, "hidden1", "encoder"), ("hidden1",), True)
    assert usual_titles(project) == ["Dense 4 \u21d2 8", "Dropout 0.5", "Dense 8 \u21d2 3"]
    first, second, last = layer_tips(project)
    assert first.startswith("encoder (Dense 4 \u21d2 8): ")
    assert "40 parameters \u00b7 160 B \u00b7 32 multiply-adds a row" in first
    assert first.endswith("as it is.")
    assert "no parameters" in second
    assert "27 parameters" in last
    assert network_cost(project) == Cost(67, 268, 56)


def test_one_of_a_thing() -> None:
    assert cost_line(Cost(1, 4, 1)) == "1 parameter \u00b7 4 B \u00b7 1 multiply-add a row"
