"""Tests of the schedules: formulas and goldens of Flux, what holds past the end, stages, plateaus, the table."""

import itertools
import math

import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.engine import schedules
from flux_gui.engine.schedules import SCHEDULES, ReduceOnPlateau, Schedule, ScheduleEntry, build
from flux_gui.specs.model import Choice
from flux_gui.specs.training import Stage

ENTRIES = list(SCHEDULES)


def test_golden_sequence_of_flux() -> None:
    s = schedules.Sequence((1.0, 1), (schedules.Step(0.1, 0.5, 10), 50))
    assert [s(1), s(2), s(42), s(52)] == pytest.approx([1, 0.1, 0.00625, 0.003125], rel=1e-15)
    assert s(12) == 0.05


def test_decays() -> None:
    step = schedules.Step(1.0, 0.5, [2, 3])
    assert [step(t) for t in range(1, 9)] == [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]
    assert [schedules.Exp(2.0, 0.5)(t) for t in (1, 2, 4)] == [2, 1, 0.25]
    poly = schedules.Poly(2.0, 2, 4)
    assert [poly(t) for t in range(1, 7)] == [2, 2 * 0.75**2, 0.5, 0.125, 0.125, 0.125]
    assert [schedules.Inv(1.0, 0.5, 2)(t) for t in (1, 2, 3)] == pytest.approx([1, 1 / 2.25, 0.25])


def test_cosines() -> None:
    again, once = schedules.CosAnneal(1.0, 0.2, 4), schedules.CosAnneal(1.0, 0.2, 4, restart=False)
    expected = [0.4 * (1 + math.cos(math.pi * t / 4)) + 0.2 for t in range(6)]
    assert [once(t) for t in range(1, 7)] == pytest.approx(expected)
    assert [again(t) for t in range(1, 7)] == pytest.approx([*expected[:4], *expected[:2]])
    assert once(5) == pytest.approx(0.2)


def test_one_cycle_goes_up_and_down() -> None:
    s = schedules.OneCycle(50, 0.1)
    up = math.ceil(0.25 * 50)

    def expected(t: int) -> float:
        low, high, position, period = (0.004, 0.1, t + up - 1, up) if t <= up else (1e-6, 0.1, t - up - 1, 50 - up)
        return (high - low) * (1 + math.cos(math.pi * position / period)) / 2 + low

    assert [s(t) for t in range(1, 51)] == pytest.approx([expected(t) for t in range(1, 51)], rel=1e-12)
    assert s(1) == pytest.approx(0.004)
    assert s(up + 1) == pytest.approx(0.1)
    assert s(1000) == s(50)
    other = schedules.OneCycle(10, 1.0, start=0.5, end=0.25, pct=0.3)
    assert other(1) == pytest.approx(0.5)
    assert other(10) > 0.25


def test_warm_up_is_a_straight_line() -> None:
    s = schedules.WarmUp(0.0, 1.0, 4)
    assert [s(t) for t in range(1, 8)] == [0, 0.25, 0.5, 0.75, 1, 1, 1]


def test_a_plateau_lowers_the_rate() -> None:
    s = ReduceOnPlateau(1.0, 0.5, patience=2, min_delta=0.1, floor=0.2)
    assert [s.observe(loss) for loss in (1.0, 0.95, 0.5, 0.45, 0.41)] == [False, False, False, False, True]
    assert s(1) == s(99) == 0.5
    other = ReduceOnPlateau(1.0, 0.5, patience=2, min_delta=0.1, floor=0.2)
    other.load(s.state())
    for one in (s, other):
        assert [one.observe(math.nan) for _ in range(6)] == [False, True, False, True, False, False]
        assert one(1) == 0.2
    assert ReduceOnPlateau(1.0).state() == {"waited": 0.0, "scale": 1.0}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_every_entry_begins_at_a_rate_in_proportion_to_the_base(entry: ScheduleEntry) -> None:
    one, ten = (entry.function(base, **entry.values()) for base in (1.0, 10.0))
    for t in (1, 2, 7, 60, 5000):
        assert ten(t) == pytest.approx(10 * one(t), rel=1e-12)
        assert 0 <= one(t) <= 1
        assert one(t) == one(t)
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert all(hyper.doc.endswith(".") and hyper.label for hyper in entry.hypers)
    built = build((Stage(Choice(entry.name)),), 10.0)
    assert built is not None
    assert [built(t) for t in (1, 7, 60)] == [ten(t) for t in (1, 7, 60)]


def test_stages_follow_each_other() -> None:
    stages = (Stage(Choice("WarmUp", {"start": 0.0, "steps": 4}), 4), Stage(Choice("Exp", {"decay": 0.5}), 3), Stage(Choice("constant")))
    s = build(stages, 8.0)
    assert s is not None
    assert [s(t) for t in range(1, 11)] == [0, 2, 4, 6, 8, 4, 2, 8, 8, 8]
    assert s.rate(6, 4.0) == 2.0
    assert s.rate(6, 8.0) == 4.0
    assert build((), 1.0) is None
    last = build(stages[:2], 8.0)
    assert last is not None
    assert last(8) == 1.0
    with pytest.raises(SettingError, match="schedule called 'Steep'"):
        build((Stage(Choice("Steep")),), 1.0)
    with pytest.raises(SettingError, match="at most 1"):
        build((Stage(Choice("Exp", {"decay": 2.0})),), 1.0)


def test_the_stage_of_now_watches_the_loss() -> None:
    stages = (Stage(Choice("constant"), 3), Stage(Choice("Plateau", {"patience": 1, "factor": 0.1})))
    s, other = build(stages, 1.0), build(stages, 1.0)
    assert s is not None
    assert other is not None
    assert [s.observe(1.0, t) for t in (1, 2, 3, 4, 5)] == [False, False, False, False, True]
    assert [s(3), s(4), s(9)] == [1, 0.1, 0.1]
    assert s.rate(9, 2.0) == 0.2  # another base keeps what was observed
    other.load(s.state())
    assert other(9) == 0.1
    assert s.state() == {"1.waited": 0.0, "1.scale": 0.1, "1.best": 1.0}


def test_plain_functions_become_schedules() -> None:
    s = Schedule.of(lambda t: 1 / t, 0.5)
    assert s is not None
    assert [s.rate(2, 0.5), s.rate(2, 1.0), s.rate(4, 0.5)] == [0.5, 1.0, 0.25]
    assert Schedule.of(s, 3.0) is s
    assert Schedule.of(None, 3.0) is None
    assert flux.schedules is schedules


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_every_schedule_is_finite_at_the_ends_of_its_intervals(entry: ScheduleEntry) -> None:
    for values in itertools.product(*((hyper.low, hyper.default, hyper.high) for hyper in entry.hypers)):
        given = dict(zip((hyper.name for hyper in entry.hypers), values, strict=True))
        schedule = build((Stage(Choice(entry.name, given)),), 0.5)
        assert schedule is not None
        assert all(0 <= schedule(t) <= 0.5000001 for t in (1, 2, 3, 1000, 10**6, 10**9)), given
