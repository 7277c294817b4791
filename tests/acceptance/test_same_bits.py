"""The same bits: 200 epochs in one go equal 77, a pause through a file, and 123 more; the same seed twice gives the same net."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from flux_gui.core.paths import resource
from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.runtime.session import Session
from flux_gui.specs.model import BatchNormSpec, Choice, DropoutSpec
from flux_gui.specs.training import Stage

EPOCHS, BEFORE = 200, 77
PATIENCE = 60.0  # seconds until a test gives up
RULES = [entry.name for entry in OPTIMISERS if entry.kind == "optimiser"]


def project(optimiser: str = "Adam", *, layers: tuple[Any, ...] = (DropoutSpec("drop", 0.3),), **training: Any) -> Project:
    """Iris, 105 rows for training in shuffled batches of 32 (9 are left over), with Dropout behind the hidden layer."""
    made = edits.project_from_file(resource("samples", "iris.csv"), wishes=edits.Wishes(hidden=(5,), optimiser=optimiser, epochs=EPOCHS))
    for number, layer in enumerate(layers, start=1):
        made = edits.add_layer(made, number, spec=layer)
    assert made.spec.training.shuffle
    assert len(made.dataset.parts["train"]) % made.spec.training.batch
    spec = replace(made.spec.training, **{"evaluate_every": 50, **training})
    return dataclasses.replace(made, spec=replace(made.spec, training=spec))


def through_a_file(made: Project, folder: Path) -> Project:
    store.save(made, folder / "paused.flux")
    return store.load(folder / "paused.flux")


def partly(made: Project, go: Callable[[Session], None]) -> Project:
    session = Session(made)
    go(session)
    assert session.wait(PATIENCE)
    session.close()
    return session.project


def assert_same(one: Project, two: Project) -> None:
    a, b = one.state, two.state
    assert (a.epoch, a.step, a.outcome) == (b.epoch, b.step, b.outcome)
    np.testing.assert_array_equal(a.parameters, b.parameters)
    np.testing.assert_array_equal(a.statistics, b.statistics)
    assert a.slots.keys() == b.slots.keys()
    for name, slot in a.slots.items():
        np.testing.assert_array_equal(slot, b.slots[name], err_msg=name)
    np.testing.assert_array_equal(a.curves["batch"].last, b.curves["batch"].last)


def check(made: Project, folder: Path) -> Project:
    whole = Session(made).run()
    assert (whole.state.epoch, whole.state.outcome) == (EPOCHS, "finished")
    assert not np.array_equal(whole.state.parameters, made.state.parameters)
    middle = partly(made, lambda session: session.step_epochs(BEFORE))
    assert middle.state.epoch == BEFORE
    assert_same(Session(through_a_file(middle, folder)).run(), whole)
    return whole


@pytest.mark.parametrize("optimiser", RULES)
def test_a_pause_through_a_file_changes_no_bit(optimiser: str, tmp_path: Path) -> None:
    check(project(optimiser), tmp_path)


@pytest.mark.parametrize("optimiser", ["Momentum", "Adam", "Rprop"])
def test_a_pause_within_an_epoch_changes_no_bit(optimiser: str, tmp_path: Path) -> None:
    made = project(optimiser)
    batches = -(-len(made.dataset.parts["train"]) // made.spec.training.batch)
    middle = partly(made, lambda session: session.step_batches(BEFORE * batches + 2))
    assert middle.state.step == BEFORE * batches + 2
    assert_same(Session(through_a_file(middle, tmp_path)).run(), Session(made).run())


CHAIN = (Choice("ClipNorm", {"omega": 0.5}), Choice("WeightDecay", {"lambd": 0.01}))
SCHEDULE = (Stage(Choice("WarmUp"), 20), Stage(Choice("Exp")))


@pytest.mark.parametrize(
    "training",
    [
        {"chain": CHAIN},
        {"chain": (Choice("AccumGrad", {"n": 3}), Choice("ClipGrad"))},
        {"schedule": SCHEDULE},
        {"schedule": SCHEDULE, "schedule_unit": "step"},
        {"schedule": (Stage(Choice("Plateau", {"patience": 2, "min_delta": 0.02})),), "evaluate_every": 1},
        {"chain": CHAIN, "schedule": (Stage(Choice("CosAnneal")),), "class_weights": "balanced"},
    ],
    ids=["norm and decay", "accumulated", "schedule by epochs", "schedule by steps", "plateau", "all at once"],
)
def test_with_chains_and_schedules(training: dict[str, Any], tmp_path: Path) -> None:
    whole = check(project(**training), tmp_path)
    assert not np.array_equal(whole.state.parameters, Session(project()).run().state.parameters), "it has no effect"


@pytest.mark.parametrize("batch", [32, 8])
def test_with_running_statistics(batch: int, tmp_path: Path) -> None:
    """Batches of 8 leave a single row over, of which BatchNorm cannot learn."""
    whole = check(project(layers=(BatchNormSpec("norm"), DropoutSpec("drop", 0.3)), batch=batch), tmp_path)
    assert whole.state.statistics.any()


@pytest.mark.parametrize(
    "rule",
    [
        Choice("early_stopping", {"patience": 6, "min_delta": 0.02}),
        Choice("plateau", {"width": 3, "min_delta": 0.01}),
        Choice("target_loss", {"loss": 0.5}),
    ],
    ids=lambda rule: rule.name,
)
def test_a_rule_that_ends_the_run_counts_across_the_pause(rule: Choice, tmp_path: Path) -> None:
    made = project(stop=(rule,), evaluate_every=1)
    whole = Session(made).run()
    end = whole.state.epoch
    assert 3 < end < EPOCHS, "it ends before its time"
    middle = partly(made, lambda session: session.step_epochs(end - 2))
    assert middle.state.epoch == end - 2
    assert_same(Session(through_a_file(middle, tmp_path)).run(), whole)


def test_with_a_frozen_layer(tmp_path: Path) -> None:
    made = project()
    whole = check(project(frozen=(made.spec.model.layers[0].id,)), tmp_path)
    np.testing.assert_array_equal(whole.state.parameters[:25], made.state.parameters[:25])


@pytest.mark.parametrize("optimiser", ["Descent", "Adam"])
def test_the_same_seed_twice(optimiser: str) -> None:
    one, two = (Session(project(optimiser)).run() for _ in range(2))
    assert_same(one, two)
    other = Session(project(optimiser, seed=1)).run()
    assert not np.array_equal(one.state.parameters, other.state.parameters)
