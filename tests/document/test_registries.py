"""Which registry a path chooses from."""

import pytest

from flux_gui.document.registries import CHAIN, CHAIN_ORDER, MAIN, REGISTRIES, SCHEDULES, STOPPING, registry_at
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.optimisers import OPTIMISERS


def test_every_rule_stands_in_front_of_the_optimiser_or_is_one() -> None:
    assert CHAIN.names() == list(CHAIN_ORDER)
    assert set(CHAIN.names()) | set(MAIN.names()) == set(OPTIMISERS.names())
    assert all(entry.kind == "optimiser" for entry in MAIN)
    assert all(entry.kind != "optimiser" for entry in CHAIN)
    assert all(len(registry) for registry in REGISTRIES.values())


@pytest.mark.parametrize(
    ("path", "registry"),
    [
        ("training.optimiser", MAIN),
        ("training.chain.ClipNorm", CHAIN),
        ("training.stop.plateau", STOPPING),
        ("training.schedule.0.rule", SCHEDULES),
        ("model.layers.1.branches.0.0.activation", ACTIVATIONS),
        ("training.epochs", None),
        ("training.schedule.0.length", None),
    ],
)
def test_paths(path: str, registry: object) -> None:
    assert registry_at(path) is registry
