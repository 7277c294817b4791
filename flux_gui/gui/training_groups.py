"""The folded groups of the Training section: rules before the optimiser, the schedule of the rate, rules that end a run."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from flux_gui.core.registry import Entry
from flux_gui.document.values_training import stages
from flux_gui.engine.schedules import SCHEDULES
from flux_gui.gui.forms import FieldSpec, Form, choices
from flux_gui.gui.setting_fields import about, choice_fields, choice_values, hyper_fields, hyper_values, offered
from flux_gui.gui.widgets import Fold
from flux_gui.specs import Choice, TrainingSpec

SCHEDULE = "training.schedule"
RULE = "How the rate changes while training runs; the rate box is what it starts from (the highest rate for one cycle)."
LENGTH = "How long this part lasts, in epochs or steps; 0 to the end of the run. A number lets another part follow."
THEN = "What follows when the part before is over."
UNIT = "Whether the schedule counts epochs or single steps (one batch each)."
UNITS = (("epoch", "epochs", "the rate changes between epochs"), ("step", "steps", "the rate changes at every step"))


class SwitchGroup(Fold):
    """One switch per entry, and the settings of what is on; its `form` tells what is edited, at `path`.<entry>."""

    def __init__(self, title: str, path: str, entries: Sequence[Entry], none: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(title, f"panel.{path}", help_text, parent)
        self.path, self.entries, self.none = path, tuple(entries), none
        self.form = Form()
        self.addWidget(self.form)

    def show_choices(self, chosen: Sequence[Choice]) -> None:
        """Show which entries are on, with their values."""
        on = {choice.name: choice for choice in chosen}
        fields: list[FieldSpec] = []
        values: dict[str, Any] = {}
        for entry in self.entries:
            path = f"{self.path}.{entry.name}"
            fields.append(FieldSpec(path, entry.label, "toggle", help=about(entry)))
            values[path] = entry.name in on
            if entry.name in on:
                fields += [replace(field, indent=1, advanced=False) for field in hyper_fields(entry, path)]
                values |= hyper_values(entry, path, on[entry.name].values)
        self.form.setFields(fields)
        self.form.setValues(values)
        words = [in_words(entry, on[entry.name]) for entry in self.entries if entry.name in on]
        self.setSummary(" \u00b7 ".join(words) or self.none, bool(words))


class ScheduleGroup(Fold):
    """The stages of the rate's schedule: each with its rule, the rule's settings and its length."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Schedule", f"panel.{SCHEDULE}", "How the rate changes while training runs.", parent)
        self.form = Form()
        self.addWidget(self.form)

    def show_training(self, training: TrainingSpec) -> None:
        """Show the schedule of `training`; after a stage with a length another one follows."""
        fields: list[FieldSpec] = []
        values: dict[str, Any] = {}
        for place, stage in enumerate(stages(training)):
            path = f"{SCHEDULE}.{place}"
            options = choices(offered(SCHEDULES, stage.rule))
            row = FieldSpec(f"{path}.rule", "Then" if place else "Rule", "choice", options, help=THEN if place else RULE)
            fields += choice_fields(row, SCHEDULES, stage.rule)
            fields.append(FieldSpec(f"{path}.length", "Lasts", "integer", low=0, high=1e9, help=LENGTH, zero="to the end", indent=1))
            values |= {**choice_values(SCHEDULES, f"{path}.rule", stage.rule), f"{path}.length": stage.length}
        fields.append(FieldSpec(f"{SCHEDULE}_unit", "Counts", "choice", UNITS, help=UNIT))
        self.form.setFields([replace(field, advanced=False) for field in fields])
        self.form.setValues({**values, f"{SCHEDULE}_unit": training.schedule_unit})
        self.form.setRowVisible(f"{SCHEDULE}_unit", bool(training.schedule))
        self._summarise(training)

    def _summarise(self, training: TrainingSpec) -> None:
        words = []
        for stage in training.schedule:
            label = SCHEDULES.get(stage.rule.name).label
            words.append(f"{label} {stage.length:g} {training.schedule_unit}s" if stage.length else label)
        self.setSummary(", then ".join(words) or "constant", bool(words))


def in_words(entry: Entry, choice: Choice) -> str:
    """Return an entry with its first value, such as "Weight decay 0.0005"."""
    if not entry.hypers:
        return entry.label
    first = entry.hypers[0]
    return f"{entry.label} {choice.values.get(first.name, first.default):g}"
