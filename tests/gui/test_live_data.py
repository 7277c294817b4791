"""Changes that a run survives: what was learned stays, what was measured is forgotten, a mark stands on the curves."""

import numpy as np

from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui.changes import Change
from flux_gui.gui.live_data import going_on, is_live
from flux_gui.runtime.session import Session
from flux_gui.specs import Choice, GeneratedData


def trained(name: str = "circle") -> Project:
    return Session(edits.project_from_generator(GeneratedData(Choice(name), rows=60), edits.Wishes(epochs=5))).run()


def to(path: str, value: object) -> Change:
    return lambda project: edits.set_value(project, path, value)


def test_noise_keeps_the_run() -> None:
    before = trained()
    after = going_on(to("data.source.noise", 0.5), "noise")(before)
    assert (after.state.epoch, after.state.step) == (before.state.epoch, before.state.step)
    assert after.state.events[-1] == (5.0, "noise")
    assert after.state.best is None
    np.testing.assert_array_equal(after.state.parameters, before.state.parameters_in_use)
    assert not np.array_equal(after.dataset.parts["train"].x, before.dataset.parts["train"].x)
    on = Session(edits.set_value(after, "training.epochs", 8)).run()
    assert on.state.epoch == 8
    assert going_on(to("data.source.noise", 0.6))(after).state.events == after.state.events


def test_other_outputs_begin_another_run() -> None:
    after = going_on(to("data.source.generator.classes", 5), "classes")(trained("spirals"))
    assert after.state.epoch == 0
    assert after.dataset.outputs == 5


def test_what_is_live() -> None:
    made = edits.project_from_generator(GeneratedData(Choice("spirals"), rows=40))
    assert is_live(made, "data.source.noise")
    assert is_live(made, "data.source.generator.turns")
    assert not is_live(made, "data.source.generator")
    assert not is_live(edits.line_example(), "data.source.noise")


def test_a_change_that_changes_nothing() -> None:
    project = trained()
    assert going_on(lambda same: same, "nothing")(project) is project
