"""Runs with schedules, chains of rules, stop rules, weights, frozen layers and layers with a state."""

from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import SettingError
from flux_gui.core.paths import resource
from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.runtime.session import Session, Status


def deep() -> Project:
    """Dropout, batch statistics, a chain, a schedule by steps, stop rules, weights of classes, and a frozen layer."""
    project = edits.project_from_file(resource("samples", "iris.csv"), wishes=edits.Wishes(hidden=(6, 5), epochs=40))
    for place, kind in ((1, "dropout"), (1, "batchnorm"), (4, "skipconnection")):
        project = edits.add_layer(project, place, kind=kind)
    for path, value in (
        ("training.chain.ClipNorm", True),
        ("training.chain.WeightDecay", True),
        ("training.chain.AccumGrad.n", 3),
        ("training.schedule.0.rule", "WarmUp"),
        ("training.schedule.0.length", 20),
        ("training.schedule.1.rule", "Plateau"),
        ("training.schedule.1.rule.patience", 2),
        ("training.schedule_unit", "step"),
        ("training.stop.early_stopping.patience", 30),
        ("training.stop.target_loss", True),
        ("training.class_weights", "balanced"),
        ("training.frozen.hidden2", True),
        ("training.evaluate_every", 3),
        ("training.optimiser.eta", 0.05),
    ):
        project = edits.set_value(project, path, value)
    return project


@pytest.mark.parametrize("pauses", [(1,), (17, 30), (31, 32, 33, 34, 50, 97)])
def test_a_run_with_everything_on_gives_the_same_bits_however_often_it_pauses(tmp_path: Path, pauses: tuple[int, ...]) -> None:
    project = deep()
    whole = Session(project).run().state
    for step in pauses:
        session = Session(project)
        session.step_batches(step - project.state.step)
        session.wait()
        store.save(session.project, tmp_path / "a.flux")
        project = store.load(tmp_path / "a.flux")
        assert project.state.step == step
    again = Session(project).run().state
    assert (whole.epoch, whole.outcome, whole.watch) == (again.epoch, again.outcome, again.watch)
    np.testing.assert_array_equal(whole.parameters, again.parameters)
    np.testing.assert_array_equal(whole.statistics, again.statistics)
    assert whole.best is not None
    assert again.best is not None
    np.testing.assert_array_equal(whole.best.parameters, again.best.parameters)
    np.testing.assert_array_equal(whole.best.statistics, again.best.statistics)
    np.testing.assert_array_equal(whole.curves["batch"].last, again.curves["batch"].last)


def test_frozen_layers_stay_and_the_rest_moves() -> None:
    project = deep()
    before, after = edits.parameters(project), edits.parameters(edits.use(Session(project).run(), "last"))
    frozen = [layer.id for layer in project.spec.model.layers].index("hidden2")
    for key, array in after.items():
        assert np.array_equal(array, before[key]) == key.startswith(f"layers.{frozen}."), key
    thawed = edits.set_value(Session(project).run(), "training.frozen.hidden2", False)
    moved = Session(edits.set_value(thawed, "training.epochs", 45)).run()
    last = edits.parameters(edits.use(moved, "last"))
    assert not np.array_equal(last[f"layers.{frozen}.weight"], before[f"layers.{frozen}.weight"])


def test_frames_say_the_rate_and_a_schedule_draws_it() -> None:
    project = edits.set_value(edits.line_example(), "training.schedule.0.rule", "Exp")
    session = Session(edits.set_value(project, "training.schedule.0.rule.decay", 0.9))
    session.step_epochs(3)
    session.wait()
    frame = session.mailbox.take()
    assert frame is not None
    assert frame.rate == pytest.approx(0.1 * 0.9**3, rel=1e-5)
    curve = session.project.state.curves["rate"]
    np.testing.assert_allclose(curve.last, 0.1 * 0.9 ** np.arange(4), rtol=1e-5)
    assert "rate" not in Session(edits.line_example()).run().state.curves


def test_live_values_of_rules_before_the_optimiser() -> None:
    project = edits.set_value(edits.line_example(), "training.chain.ClipGrad", True)
    session = Session(project)
    session.adjust("ClipGrad.delta", 0.5)
    session.adjust("eta", 0.05)
    training = session.run().spec.training
    assert training.chain[0].values == {"delta": 0.5}
    assert training.optimiser.values == {"eta": 0.05}
    for name, value in (("ClipGrad.eta", 1.0), ("WeightDecay.lambd", 0.1), ("ClipGrad.delta", -1.0)):
        with pytest.raises(SettingError):
            session.adjust(name, value)


def test_the_number_of_threads_is_part_of_the_state() -> None:
    assert Session(edits.line_example(), threads=1).run().state.threads == 1


def test_without_validation_rows_the_training_loss_decides_and_the_sentence_says_so() -> None:
    project = edits.set_value(edits.line_example(), "training.stop.target_loss.loss", 0.5)
    state = Session(project).run().state
    assert state.outcome == "stopped"
    assert state.message.startswith("The training loss reached")
    assert state.best is not None
    assert state.best.loss <= 0.5


def test_a_session_that_a_rule_ended_goes_on_when_asked_again() -> None:
    session = Session(edits.set_value(edits.line_example(), "training.stop.target_loss.loss", 1000.0))
    for epoch in (1, 2, 3):
        session.start()
        session.wait()
        assert (session.status, session.project.state.outcome, session.project.state.epoch) == (Status.FINISHED, "stopped", epoch)


def test_batch_statistics_need_two_rows() -> None:
    project = edits.set_value(edits.add_layer(edits.line_example(), 0, kind="batchnorm"), "training.batch", 1)
    session = Session(project)
    session.run()
    assert session.status is Status.FAILED
    assert session.project.state.message
    slower = edits.set_value(project, "training.optimiser.eta", 0.01)
    joined = edits.set_value(slower, "training.batch", 5)  # the last row joins the five before it
    assert Session(joined).run().state.outcome == "finished"
