"""Stop rules of a run."""

from flux_gui.runtime.watch import Watch
from flux_gui.specs import Choice, TrainingSpec

TRAINING = TrainingSpec(stop=(Choice("early_stopping", {"patience": 2.0}), Choice("time_limit", {"seconds": 10.0})))


def test_the_first_reason_is_told() -> None:
    watch = Watch(TRAINING, {}, fresh=False, seconds=0.0)
    assert watch
    assert [watch.observe(loss, 0.0, "validation") for loss in (1.0, 1.0)] == ["", ""]
    assert watch.observe(1.0, 0.0, "validation").startswith("The validation loss did not get better")
    assert "time limit" in Watch(TRAINING, {}, fresh=False, seconds=0.0).observe(1.0, 11.0, "training")
    assert not Watch(TrainingSpec(), {}, fresh=False, seconds=0.0)


def test_memory_travels() -> None:
    watch = Watch(TRAINING, {}, fresh=False, seconds=0.0)
    watch.observe(1.0, 0.0, "training")
    watch.observe(1.0, 0.0, "training")
    memory = watch.state()
    assert Watch(TRAINING, memory, fresh=False, seconds=5.0).observe(1.0, 5.0, "training")
    fresh = Watch(TRAINING, memory, fresh=True, seconds=30.0)  # after the rule ended the run and somebody went on
    assert fresh.observe(1.0, 31.0, "training") == ""
    assert Watch(TRAINING, fresh.state(), fresh=False, seconds=39.0).observe(0.5, 41.0, "training")
