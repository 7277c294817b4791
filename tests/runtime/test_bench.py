"""The bench trains as `train` does: same parameters as the library and a session give, and no array allocated by later steps."""

import itertools
import math
import time
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.engine import models, trainer
from flux_gui.runtime import bench
from flux_gui.runtime.run import Run
from flux_gui.runtime.session import Session
from flux_gui.specs import Choice

SMALL = [net for net in bench.NETS if net.name != "wide"]
ONE_ARRAY = 60_000  # bytes: above the iteration buffer of 32 KiB that numpy itself takes, below every array of the nets in the test


def test_nets_are_those_of_the_table() -> None:
    assert bench.NETS.names() == ["line", "xor", "tabular", "mnist", "wide"]
    for net in bench.NETS:
        x, y = bench.data(net)
        assert (x.shape, y.shape) == ((net.rows, net.sizes[0]), (net.rows, net.sizes[-1]))
        assert x.dtype == y.dtype == np.float32
        assert net.label
        assert net.doc
        assert net.formula == "-".join(map(str, net.sizes))
    assert Run(bench.project(bench.NETS.get("mnist"))).model.flat.dtype == np.float32


@pytest.mark.parametrize("net", SMALL, ids=lambda n: n.name)
def test_ten_steps_are_ten_steps_of_train(net: bench.Net) -> None:
    run = Run(bench.project(net))
    assert run.trainer.advance(10) == 10

    model = models.build(run.project.spec.model, net.sizes[0])
    rule = flux.rule(net.optimiser, {"eta": bench.RATE})
    losses = flux.LOSSES.get(net.loss).function
    state = flux.setup(rule, model)
    flux.train(lambda m, x, y: losses(m(x), y), model, itertools.repeat(bench.data(net), 10), state)
    np.testing.assert_array_equal(run.model.flat, model.flat)

    session = Session(edits.set_value(bench.project(net), "training.epochs", 10))
    np.testing.assert_array_equal(session.run().state.parameters, model.flat)


def test_each_step_leaves_its_loss_and_reads_the_rate() -> None:
    net = bench.NETS.get("tabular")
    one, other = Run(bench.project(net)).trainer, Run(bench.project(net)).trainer
    one.advance(5)
    for step in range(5):
        other.advance(1)
        assert other.losses[0] == one.losses[step]
    before = one.model.flat.copy()
    one.adjust(eta=0.0)
    one.advance(3)
    np.testing.assert_array_equal(one.model.flat, before)


def allocated(project: Project, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the largest number of bytes that the third and fourth step held beyond what was there before."""
    monkeypatch.setattr(trainer, "_SNAPSHOT_SECONDS", math.inf)  # the copy to go back to is made at most every quarter of a second
    run = Run(project)
    run.trainer.advance(2)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        assert run.trainer.advance(2) == 2
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("net", SMALL, ids=lambda n: n.name)
def test_later_steps_allocate_no_array(net: bench.Net, monkeypatch: pytest.MonkeyPatch) -> None:
    long = replace(net, rows=max(net.rows, 80_000 // (4 * min(net.sizes))))  # every array of a step is above the limit
    assert allocated(bench.project(long), monkeypatch) < ONE_ARRAY


@pytest.mark.parametrize("name", flux.OPTIMISERS.names())
def test_no_rule_allocates_an_array(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    net = replace(bench.NETS.get("tabular"), sizes=(128, 256, 1), activations=("relu", "identity"))  # more than two chunks of the update
    is_optimiser = getattr(flux.OPTIMISERS.get(name), "kind", "optimiser") == "optimiser"
    settings = {"optimiser": Choice(name)} if is_optimiser else {"chain": (Choice(name),)}
    assert allocated(bench.project(net, **settings), monkeypatch) < ONE_ARRAY


def test_the_result() -> None:
    begin = time.perf_counter()
    result = bench.run(["LINE", "xor"], 0.05)
    assert time.perf_counter() - begin < 20
    assert list(result) == ["us_per_step", "device", "threads"]
    assert list(result["us_per_step"]) == ["line", "xor"]
    assert all(time > 0 for time in result["us_per_step"].values())
    assert result["device"] == "cpu"
    assert result["threads"] >= 1


@pytest.mark.parametrize("seconds", [0.0, -1.0, math.nan, math.inf])
def test_seconds_are_checked(seconds: float) -> None:
    with pytest.raises(SettingError, match="above 0 seconds"):
        bench.run(["line"], seconds)


def test_names_are_checked() -> None:
    with pytest.raises(SettingError, match="no reference net called 'lime'"):
        bench.run(["lime"])
