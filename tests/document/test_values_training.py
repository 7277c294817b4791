"""Rules, stop rules, stages and frozen layers by path."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.core.errors import FluxError
from flux_gui.document.checks import check_spec
from flux_gui.document.registries import CHAIN, SCHEDULES, STOPPING
from flux_gui.document.values import value_at, with_value
from flux_gui.document.values_training import is_listed, stages
from flux_gui.specs import Choice, ProjectSpec, Stage

LINE = ProjectSpec()


def made(*settings: tuple[str, Any]) -> ProjectSpec:
    spec = LINE
    for path, value in settings:
        spec = with_value(spec, path, value)
    return spec


def test_rules_stand_in_their_order() -> None:
    names = CHAIN.names()
    spec = made(*((f"training.chain.{name}", True) for name in reversed(names)))
    assert [rule.name for rule in spec.training.chain] == names
    spec = with_value(spec, "training.chain.clipnorm", False)
    assert "ClipNorm" not in [rule.name for rule in spec.training.chain]
    assert value_at(spec, "training.chain.ClipNorm") is False
    assert with_value(spec, "training.chain.ClipNorm", False) == spec


@pytest.mark.parametrize(("head", "registry"), [("chain", CHAIN), ("stop", STOPPING)])
def test_a_number_of_a_rule_switches_it_on(head: str, registry: Any) -> None:
    for entry in registry:
        for hyper in entry.hypers:
            path = f"training.{head}.{entry.name}.{hyper.name}"
            assert value_at(LINE, path) == hyper.default
            spec = with_value(LINE, path, hyper.default)
            assert getattr(spec.training, head) == (Choice(entry.name, {hyper.name: hyper.default}),)
            assert value_at(spec, f"training.{head}.{entry.name}") is True
            assert with_value(spec, f"training.{head}.{entry.name}", True) == spec  # keeps its numbers


def test_stages_come_and_go() -> None:
    step = Choice("Step")
    spec = made(("training.schedule.0.rule", "step"))
    assert spec.training.schedule == (Stage(step),)
    spec = with_value(spec, "training.schedule.0.length", 10)
    assert spec.training.schedule == (Stage(step, 10), Stage(Choice("constant")))
    spec = with_value(spec, "training.schedule.1.rule", "Exp")
    assert spec.training.schedule[1].rule.name == "Exp"
    spec = with_value(spec, "training.schedule.1.rule.decay", 0.5)
    assert value_at(spec, "training.schedule.1.rule.decay") == 0.5
    spec = with_value(spec, "training.schedule.1.length", 5.0)
    assert [stage.length for stage in spec.training.schedule] == [10, 5, 0]
    spec = with_value(spec, "training.schedule.0.length", 0)
    assert spec.training.schedule == (Stage(step),)
    spec = with_value(spec, "training.schedule.0.rule", "constant")
    assert spec.training.schedule == ()
    assert stages(spec.training) == (Stage(Choice("constant")),)
    assert with_value(LINE, "training.schedule", "Exp").training.schedule == (Stage(Choice("Exp")),)
    assert with_value(LINE, "training.schedule_unit", "step").training.schedule_unit == "step"


def test_a_whole_schedule_at_once() -> None:
    stages_ = (Stage(Choice("Exp"), 5), Stage(Choice("Step")))
    assert with_value(LINE, "training.schedule", stages_).training.schedule == stages_
    assert with_value(LINE, "training.schedule", list(stages_[:1])).training.schedule == (stages_[0], Stage(Choice("constant")))
    assert with_value(with_value(LINE, "training.schedule", stages_), "training.schedule", ()).training.schedule == ()
    rules = (Choice("WeightDecay"),)
    assert with_value(LINE, "training.chain", rules).training.chain == rules


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["constant", "Exp", "Step", 0, 0, 3, 8])), max_size=10))
def test_only_the_last_stage_has_no_end(edits: list[tuple[int, Any]]) -> None:
    spec = LINE
    for index, value in edits:
        try:
            spec = with_value(spec, f"training.schedule.{index}.{'rule' if isinstance(value, str) else 'length'}", value)
        except FluxError:
            assert index >= len(stages(spec.training))
        check_spec(spec)
        lengths = [stage.length for stage in stages(spec.training)]
        assert lengths[-1] == 0
        assert all(lengths[:-1])
        assert spec.training.schedule != (Stage(Choice("constant")),)


def test_every_schedule_and_all_its_numbers() -> None:
    for entry in SCHEDULES:
        spec = with_value(LINE, "training.schedule.0.rule", entry.name)
        for hyper in entry.hypers:
            path = f"training.schedule.0.rule.{hyper.name}"
            assert value_at(spec, path) == hyper.default
            assert value_at(with_value(spec, path, hyper.default), path) == hyper.default


def test_layers_are_frozen_by_id() -> None:
    spec = made(("training.frozen.output", True))
    assert spec.training.frozen == ("output",)
    assert value_at(spec, "training.frozen.output") is True
    assert with_value(spec, "training.frozen.output", False).training.frozen == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.chain.WeightDekay", True),
        ("training.chain.Adam", True),
        ("training.chain.WeightDecay", 1),
        ("training.chain.WeightDecay", "yes"),
        ("training.chain.WeightDecay.eta", 1.0),
        ("training.chain.WeightDecay.lambd", "much"),
        ("training.chain.WeightDecay.lambd", True),
        ("training.chain.WeightDecay.lambd", 10**400),
        ("training.optimiser", "WeightDecay"),
        ("training.stop.never", True),
        ("training.schedule.1.rule", "Exp"),
        ("training.schedule.0.rule", "Expo"),
        ("training.schedule.0.rule", 3),
        ("training.schedule.0.length", -1),
        ("training.schedule.0.length", 1.5),
        ("training.schedule.0.length", float("nan")),
        ("training.schedule.0.duration", 3),
        ("training.schedule.x.length", 3),
        ("training.schedule", ("Exp", "Step")),
        ("training.schedule", (Stage(Choice("Exp"), -1),)),
        ("training.schedule", (Stage(Choice("Expo")),)),
        ("training.schedule", (Stage(Choice("Exp", {"decay": "much"})),)),
        ("training.schedule_unit", "hour"),
        ("training.frozen.nobody", True),
        ("training.frozen.output", 1),
    ],
)
def test_what_cannot_be(path: str, value: Any) -> None:
    with pytest.raises(FluxError) as caught:
        with_value(LINE, path, value)
    assert caught.value.message.endswith(".")
    assert caught.value.hint


def test_which_paths_are_lists() -> None:
    assert is_listed("training.chain.ClipNorm")
    assert is_listed("training.schedule")
    assert not is_listed("training.chain")
    assert not is_listed("training.schedule_unit")
    assert not is_listed("model.layers.0.units")
