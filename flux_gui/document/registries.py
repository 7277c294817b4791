"""Which table a setting chooses from: the registry that belongs to a path of the specification."""

from collections.abc import Sequence
from typing import Any, Final

from flux_gui.core.registry import Registry
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.models import LAYERS
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.engine.schedules import SCHEDULES
from flux_gui.engine.stopping import STOPPING

__all__ = ["CHAIN", "CHAIN_ORDER", "MAIN", "REGISTRIES", "SCHEDULES", "STOPPING", "registry_at"]

REGISTRIES: Final[dict[str, Registry[Any]]] = {
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "optimiser": OPTIMISERS,
    "schedule": SCHEDULES,
    "stop": STOPPING,
    "initialiser": INITIALISERS,
    "layer": LAYERS,
}
"""Every registry of the engine that a project uses, by the word that the terminal calls it."""

CHAIN_ORDER: Final = ("AccumGrad", "ClipGrad", "ClipNorm", "SignDecay", "WeightDecay")
"""The rules in front of the optimiser, in the order in which they run."""


def _those(kind: str, names: Sequence[str]) -> Registry[Any]:
    found: Registry[Any] = Registry(kind)
    for name in names:
        if name in OPTIMISERS:
            found.add(OPTIMISERS.get(name))
    return found


CHAIN: Final = _those("rule in front of the optimiser", CHAIN_ORDER)
MAIN: Final = _those("optimiser", [name for name in OPTIMISERS.names() if name not in CHAIN_ORDER])


def registry_at(path: str) -> Registry[Any] | None:
    """Return the registry that the choice at `path` belongs to, such as CHAIN for training.chain.ClipNorm; None for no choice."""
    last = path.rpartition(".")[2]
    if path.startswith("training.chain."):
        return CHAIN
    if path.startswith("training.stop."):
        return STOPPING
    if path.startswith("training.schedule.") and last == "rule":
        return SCHEDULES
    if path == "training.optimiser":
        return MAIN
    return REGISTRIES[last] if last in ("activation", "initialiser", "loss") else None
