"""Tests of sessions: inline and on a thread, pausing, steps, live changes, failures; a thread never outlives its session."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from flux_gui.core.errors import FluxError, SettingError
from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.engine.trainer import Trainer
from flux_gui.runtime.explain import Neuron
from flux_gui.runtime.maths_probe import MathsWish
from flux_gui.runtime.session import Frame, Session, Status

PATIENCE = 20.0  # seconds until a test gives up


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    yield
    assert not [t for t in threading.enumerate() if t.name == "training"]


def line(epochs: int = 201, **training: Any) -> Project:
    project = edits.set_value(edits.line_example(), "training.epochs", epochs)
    for path, value in training.items():
        project = edits.set_value(project, f"training.{path.replace('__', '.')}", value)
    return project


def iris(**training: Any) -> Project:
    project = edits.project_from_file(resource("samples", "iris.csv"), wishes=edits.Wishes(hidden=(5,)))
    for path, value in training.items():
        project = edits.set_value(project, f"training.{path.replace('__', '.')}", value)
    return project


def finished(session: Session) -> Project:
    assert session.wait(PATIENCE)
    return session.project


def trained_to(session: Session, step: int) -> Frame:
    """Wait for a frame that shows at least `step` steps, and return the first one."""
    seen = threading.Event()
    shown: list[Frame] = []
    put = session.mailbox.put

    def watched(frame: Frame) -> None:
        put(frame)
        if frame.step >= step:
            shown.append(frame)
            seen.set()

    session.mailbox.put = watched  # type: ignore[method-assign]
    while not seen.wait(0.01):
        session.mailbox.take()
        assert session.status is Status.RUNNING
    return shown[0]


def test_a_run_inline_reaches_the_numbers_of_the_walk_through() -> None:
    session = Session(line())
    assert session.status is Status.IDLE
    project = session.run()
    assert session.status is Status.FINISHED
    assert project is session.project
    state = project.state
    np.testing.assert_allclose(state.parameters, [4.0178537, 2.0050256], rtol=1e-5)
    assert (state.epoch, state.step, state.outcome, state.in_use, state.message) == (201, 201, "finished", "last", "")
    assert state.seconds > 0
    train = state.curves["train"]
    assert (train.x[0], train.x[-1]) == (0, 201)
    assert train.last[0] == pytest.approx(122.64734, rel=1e-6)
    assert train.last[-1] == pytest.approx(0.00339581, rel=1e-4)
    assert len(state.curves["batch"]) == 201
    assert state.curves["parameter.0"].last[-1] == state.parameters[0]
    assert "validation" not in state.curves
    np.testing.assert_allclose(state.start, [0.9066542, 0.0])


def test_a_run_on_a_thread_gives_the_same_bits() -> None:
    session = Session(line())
    seen: list[tuple[Status, str]] = []
    session.on_status = lambda status: seen.append((status, threading.current_thread().name))
    session.start()
    project = finished(session)
    assert seen == [(Status.FINISHED, "training")]
    np.testing.assert_array_equal(project.state.parameters, Session(line()).run().state.parameters)
    session.start()
    assert finished(session).state.step == 201
    session.close()


def test_frames_show_the_run() -> None:
    session = Session(line(1_000_000))
    session.start()
    frame = trained_to(session, 10)
    session.pause()
    finished(session)
    assert frame.epochs == 1_000_000
    assert frame.epoch == frame.step > 0
    assert frame.steps_per_second > 0
    assert frame.seconds > 0
    assert frame.parameters.shape == (2,)
    assert frame.train_loss < 200
    assert frame.validation_loss is None
    assert frame.fit is not None
    assert frame.fit[0].shape == frame.fit[1].shape == (200,)
    assert "train" in frame.curves()


def test_a_pause_is_acknowledged_and_the_run_goes_on_to_the_same_bits() -> None:
    project = iris(epochs=30)
    whole = Session(project).run()
    session = Session(project)
    session.start()
    session.pause()
    middle = finished(session)
    assert middle.state.outcome in ("new", "paused", "finished")
    again = Session(middle).run()
    np.testing.assert_array_equal(again.state.parameters, whole.state.parameters)
    for name, slot in whole.state.slots.items():
        np.testing.assert_array_equal(again.state.slots[name], slot)
    assert again.state.step == whole.state.step


def test_pausing_is_quick() -> None:
    session = Session(line(10_000_000))
    session.start()
    trained_to(session, 1)
    session.pause()
    assert session.wait(2.0)  # 0.1 s is the promise; the rest is for a busy machine
    assert session.status is Status.PAUSED
    assert 0 < session.project.state.step < 10_000_000
    assert session.project.state.curves["train"].x[-1] == session.project.state.epoch


@pytest.mark.parametrize("rule", ["Descent", "Momentum", "Adam"])
def test_steps_of_epochs_and_batches_stop_where_they_should(rule: str) -> None:
    project = iris(epochs=4, optimiser__name=rule)
    batches = -(-len(project.dataset.parts["train"]) // project.spec.training.batch)
    session = Session(project)
    session.step_batches(1)
    assert finished(session).state.step == 1
    assert session.status is Status.PAUSED
    assert session.project.state.epoch == 0
    assert session.project.state.curves["train"].x[-1] == pytest.approx(1 / batches)
    session.step_epochs(1)
    assert finished(session).state.step == batches
    session.step_batches(batches + 1)
    assert (finished(session).state.epoch, session.project.state.step) == (2, 2 * batches + 1)
    middle = session.project
    session.start()
    assert (finished(session).state.epoch, session.status) == (4, Status.FINISHED)
    whole = Session(project).run()
    np.testing.assert_array_equal(session.project.state.parameters, whole.state.parameters)
    np.testing.assert_array_equal(Session(middle).run().state.parameters, whole.state.parameters)
    session.close()


def test_live_changes_are_kept_in_the_project_and_marked() -> None:
    session = Session(line(20))
    session.step_epochs(5)
    finished(session)
    session.adjust("eta", 0.0)
    session.start()
    project = finished(session)
    assert project.spec.training.optimiser.values == {"eta": 0.0}
    assert project.state.events == ((5.0, "eta 0"),)
    five = Session(line(5)).run()
    np.testing.assert_array_equal(project.state.parameters, five.state.parameters)


def test_live_changes_reach_a_run_on_its_thread() -> None:
    session = Session(line(10_000_000))
    session.start()
    trained_to(session, 1)
    session.adjust("eta", 0.05)
    trained_to(session, session.mailbox.take().step + 1 if not session.mailbox.wanted else 2)  # type: ignore[union-attr]
    session.close()
    assert session.project.spec.training.optimiser.values == {"eta": 0.05}
    assert [text for _, text in session.project.state.events] == ["eta 0.05"]


@pytest.mark.parametrize(("name", "value"), [("rho", 0.5), ("eta", -1.0), ("eta", float("nan"))])
def test_wrong_live_changes_are_refused_at_once(name: str, value: float) -> None:
    session = Session(line(3))
    with pytest.raises(SettingError):
        session.adjust(name, value)
    assert session.run().state.outcome == "finished"


def test_the_best_epoch_is_kept_and_used() -> None:
    project = Session(iris(epochs=60, optimiser__eta=0.05)).run()
    state = project.state
    assert state.best is not None
    assert state.in_use == "best"
    validation = state.curves["validation"]
    assert state.best.loss == validation.low.min()
    assert state.best.epoch == validation.x[validation.last.argmin()]
    assert state.parameters_in_use is state.best.parameters
    assert (validation.x[0], validation.x[-1]) == (0, 60)
    last = Session(iris(epochs=3, keep_best=False)).run().state
    assert last.best is None
    assert last.in_use == "last"


@pytest.mark.parametrize("batch", [0, 2])
def test_divergence_fails_with_a_reason_and_finite_parameters(batch: int) -> None:
    session = Session(line(optimiser__eta=10.0, batch=batch))
    session.start()
    state = finished(session).state
    assert session.status is Status.FAILED
    assert state.outcome == "diverged"
    assert np.isfinite(state.parameters).all()
    assert f"epoch {state.epoch + 1}, batch" in state.message
    assert "such as 0.1," in state.message
    assert np.isfinite(state.curves["batch"].last).all()
    session.start()
    assert finished(session).state.step == state.step
    assert session.status is Status.FAILED


@pytest.mark.parametrize("inline", [True, False])
def test_too_little_memory_is_a_status_and_a_sentence(inline: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any, **options: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(Trainer, "advance", full)
    before = line()
    session = Session(before)
    if inline:
        session.run()
    else:
        session.start()
        finished(session)
    assert session.status is Status.FAILED
    assert "not enough memory" in session.project.state.message
    assert session.project.state.parameters is before.state.parameters
    monkeypatch.undo()
    assert session.run().state.outcome == "finished"


def test_a_mistake_of_ours_is_told_and_reaches_the_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any, **options: Any) -> None:
        raise ZeroDivisionError("unlikely")

    monkeypatch.setattr(Trainer, "advance", broken)
    caught: list[Any] = []
    threading.excepthook = caught.append
    session = Session(line())
    session.start()
    assert "ZeroDivisionError: unlikely" in finished(session).state.message
    assert session.status is Status.FAILED
    assert caught[0].exc_type is ZeroDivisionError


def test_a_session_trains_once_at_a_time_and_can_be_closed_any_time() -> None:
    session = Session(line(10_000_000), threads=1)
    session.start()
    with pytest.raises(FluxError, match="training already"):
        session._begin()
    session.close()
    assert session.status is Status.PAUSED
    Session(line()).close()


def test_progress_is_told_inline_and_may_pause() -> None:
    session, seen = Session(line(10_000_000)), []

    def progress(frame: Frame) -> None:
        seen.append(frame.step)
        if len(seen) == 2:
            session.pause()

    project = session.run(progress)
    assert seen == sorted(seen)
    assert session.status is Status.PAUSED
    assert project.state.step >= seen[-1]


@pytest.mark.parametrize("lock_free", [False, True])
def test_painting_holds_short_steps_that_keep_the_lock(lock_free: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "lock_free", lock_free)
    session = Session(line(1_000_000_000))
    session.hold()
    assert session._free.is_set(), "nothing runs yet"
    session.start()
    trained_to(session, 10)
    session.hold()
    held = not session._free.is_set()
    session.release()
    session.close()
    assert held is not lock_free
    assert session.status is Status.PAUSED


def test_a_live_change_that_no_step_has_used_is_handed_back() -> None:
    session = Session(line(2))
    session.run()
    session.adjust("eta", 0.02)
    assert session.take_adjustments() == [("eta", 0.02)]
    assert session.take_adjustments() == []


def test_looking_at_the_maths_changes_no_bit_of_the_run() -> None:
    project = edits.set_value(edits.project_from_sample("iris"), "training.epochs", 1500)
    plain, looked = Session(project, threads=1), Session(project, threads=1)
    looked.question = MathsWish(Neuron(0, 2, "train", 1), step=True)
    seen = 0
    for session in (plain, looked):
        session.start()
        while session.status is Status.RUNNING:
            frame = session.mailbox.take()
            seen += frame is not None and frame.maths is not None
            time.sleep(0.005)
        session.close()
    assert seen > 0
    np.testing.assert_array_equal(plain.project.state.parameters, looked.project.state.parameters)
    for name, slot in plain.project.state.slots.items():
        np.testing.assert_array_equal(looked.project.state.slots[name], slot)
