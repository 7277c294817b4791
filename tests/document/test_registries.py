"""Which registry a path chooses from."""

import pytest

from flux_gui.core.errors import SettingError
from flux_gui.data.generators import GENERATORS
from flux_gui.document import edits
from flux_gui.document.registries import CHAIN, DATA_REGISTRIES, LOSS_BY_TASK, MAIN, REGISTRIES, SCHEDULES, STOPPING, WORDS_AT, registry_at
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.specs.codec import get_path


def test_every_rule_stands_in_front_of_the_optimiser_or_is_one() -> None:
    assert CHAIN.names() == ["AccumGrad", "ClipGrad", "ClipNorm", "SignDecay", "WeightDecay"]
    assert set(CHAIN.names()) | set(MAIN.names()) == set(OPTIMISERS.names())
    assert all(entry.kind == "optimiser" for entry in MAIN)
    assert all(entry.kind != "optimiser" for entry in CHAIN)
    assert all(len(registry) for registry in (*REGISTRIES.values(), *DATA_REGISTRIES.values()))


def test_every_task_begins_with_a_loss_for_it() -> None:
    assert all(task in LOSSES.get(name).tasks for task, name in LOSS_BY_TASK.items())


@pytest.mark.parametrize(
    ("path", "registry"),
    [
        ("training.optimiser", MAIN),
        ("training.chain.ClipNorm", CHAIN),
        ("training.stop.plateau", STOPPING),
        ("training.schedule.0.rule", SCHEDULES),
        ("model.layers.1.branches.0.0.activation", ACTIVATIONS),
        ("data.source.generator", GENERATORS),
        ("training.epochs", None),
        ("training.schedule.0.length", None),
    ],
)
def test_paths(path: str, registry: object) -> None:
    assert registry_at(path) is registry


@pytest.mark.parametrize("path", WORDS_AT)
def test_settings_that_are_one_word(path: str) -> None:
    for entry in WORDS_AT[path].in_window():
        assert get_path(edits.set_value(PROJECT, path, entry.name.upper()).spec, path) == entry.name
    with pytest.raises(SettingError) as caught:
        edits.set_value(PROJECT, path, "colour")
    assert caught.value.hint


PROJECT = edits.project_from_sample("iris")
