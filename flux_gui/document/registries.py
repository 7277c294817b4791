"""Which table a setting chooses from: the registry that belongs to a path of the specification."""

from collections.abc import Iterable
from typing import Any, Final

from flux_gui.core.registry import Registry
from flux_gui.data.files import READERS
from flux_gui.data.generators import GENERATORS
from flux_gui.data.missing import IMPUTERS
from flux_gui.data.samples import SAMPLES
from flux_gui.data.scaling import SCALERS
from flux_gui.data.split import SPLITS
from flux_gui.engine.activations import ACTIVATIONS, resolve
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.models import LAYERS
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.engine.rules import RuleEntry
from flux_gui.engine.schedules import SCHEDULES
from flux_gui.engine.stopping import STOPPING

__all__ = ["CHAIN", "DATA_REGISTRIES", "LOSS_BY_TASK", "MAIN", "REGISTRIES", "SCHEDULES", "STOPPING", "WORDS_AT", "named", "registry_at"]

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

DATA_REGISTRIES: Final[dict[str, Registry[Any]]] = {
    "generator": GENERATORS,
    "sample": SAMPLES,
    "reader": READERS,
    "scaler": SCALERS,
    "imputer": IMPUTERS,
    "split": SPLITS,
}
"""Every registry of the data that a project uses, by the word that the terminal calls it."""

WORDS_AT: Final[dict[str, Registry[Any]]] = {
    "data.prepare.scale_inputs": SCALERS,
    "data.prepare.scale_target": SCALERS,
    "data.prepare.missing": IMPUTERS,
    "data.split.method": SPLITS,
}
"""Settings that are one word out of a registry."""

LOSS_BY_TASK: Final = {"regression": "mse", "binary": "logitbinarycrossentropy", "classes": "logitcrossentropy"}
"""The loss that a project begins with, by its task."""

KINDS: Final = ("accumulation", "clipping", "regularisation")
"""Kinds of rules in front of the optimiser, in the order in which they run."""


def _those(title: str, rules: Iterable[RuleEntry]) -> Registry[Any]:
    found: Registry[Any] = Registry(title)
    for rule in rules:
        found.add(rule)
    return found


CHAIN: Final = _those(
    "rule in front of the optimiser",
    sorted((rule for rule in OPTIMISERS if rule.kind in KINDS), key=lambda rule: (KINDS.index(rule.kind), rule.name)),
)
"""The rules in front of the optimiser, in the order in which they run."""

MAIN: Final = _those("optimiser", (rule for rule in OPTIMISERS if rule.kind == "optimiser"))


def named(registry: Registry[Any], name: str) -> Any:
    """Return the entry called `name`; for softmax, which is no activation, the error says where it belongs."""
    if registry is ACTIVATIONS and name not in ACTIVATIONS:
        resolve(name)
    return registry.get(name)


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
    if path == "data.source.generator":
        return GENERATORS
    return REGISTRIES[last] if last in ("activation", "initialiser", "loss") else None
