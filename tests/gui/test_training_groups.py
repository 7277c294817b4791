"""The folded groups in words."""

from pytestqt.qtbot import QtBot

from flux_gui.core.registry import Entry, Hyper
from flux_gui.document import edits
from flux_gui.gui.training_groups import ScheduleGroup, SwitchGroup, in_words
from flux_gui.specs import Choice

DECAY = Entry("WeightDecay", abs, "Weight decay", "Pulls.", hypers=(Hyper("lambd", 5e-4, 0, 1, "How much."),))


def test_words() -> None:
    assert in_words(DECAY, Choice("WeightDecay")) == "Weight decay 0.0005"
    assert in_words(DECAY, Choice("WeightDecay", {"lambd": 0.1})) == "Weight decay 0.1"
    assert in_words(Entry("a", abs, "A", "Is."), Choice("a")) == "A"


def test_settings_appear_with_the_switch(qtbot: QtBot) -> None:
    group = SwitchGroup("Rules", "training.chain", [DECAY], "off", "What is done first.")
    qtbot.addWidget(group)
    group.show_choices(())
    assert group.form.paths() == ["training.chain.WeightDecay"]
    assert group.summary() == "off"
    group.show_choices((Choice("WeightDecay", {"lambd": 0.1}),))
    assert group.form.values() == {"training.chain.WeightDecay": True, "training.chain.WeightDecay.lambd": 0.1}
    assert group.summary() == "Weight decay 0.1"


def test_stages(qtbot: QtBot) -> None:
    group = ScheduleGroup()
    qtbot.addWidget(group)
    project = edits.line_example()
    group.show_training(project.spec.training)
    assert group.summary() == "constant"
    assert not group.header.on
    project = edits.set_value(edits.set_value(project, "training.schedule.0.rule", "Exp"), "training.schedule.0.length", 20)
    group.show_training(project.spec.training)
    assert "20 epochs" in group.summary()
    assert "training.schedule.1.rule" in group.form.paths()
