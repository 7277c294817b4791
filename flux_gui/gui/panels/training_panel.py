"""Section 3: loss, optimiser with its values, batch, epochs; folded: rules before the optimiser, schedule, stopping."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from flux_gui.document.project import Project
from flux_gui.document.registries import CHAIN, MAIN
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.engine.stopping import STOPPING
from flux_gui.gui.forms import FieldSpec, Form, choices
from flux_gui.gui.setting_fields import choice_fields, choice_values, offered
from flux_gui.gui.training_groups import ScheduleGroup, SwitchGroup
from flux_gui.gui.widgets import Section
from flux_gui.specs import TrainingSpec

LOSS, OPTIMISER = "training.loss", "training.optimiser"
BATCH = "Rows per step; 0 takes all rows. Smaller batches are noisier and make more steps an epoch; typically 32."
EPOCHS = "How often all training rows are seen; typically 100 to 1000."
KEEP = "After the run use the epoch with the lowest validation loss (when there are validation rows)."
WEIGHTS = "Whether every row counts the same, or every class: rows of a rare class then count more."
CLASS_WEIGHTS = (("none", "none", "every row counts the same"), ("balanced", "balanced", "every class counts the same in all"))
RULES = "What is done to a gradient before the optimiser sees it: decay keeps parameters small, clipping tames large gradients."
ENDS = "Reasons to end a run before its last epoch."


class TrainingPanel(Section):
    """Signal: edited(path, value)."""

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(3, "Training", parent, help_text="How the parameters are changed to make the loss smaller.")
        self.form = Form()
        self.rules = SwitchGroup("Regularisation and clipping", "training.chain", CHAIN.in_window(), "off", RULES)
        self.schedule = ScheduleGroup()
        self.stopping = SwitchGroup("Stop early", "training.stop", STOPPING.in_window(), "never", ENDS)
        for form in self.forms():
            form.edited.connect(self.edited)
        self.addWidget(self.form)
        self.body.addSpacing(4)
        for group in (self.rules, self.schedule, self.stopping):
            self.addWidget(group)

    def forms(self) -> list[Form]:
        """Return the forms, to show errors at their fields."""
        return [self.form, self.rules.form, self.schedule.form, self.stopping.form]

    def show_project(self, project: Project) -> None:
        """Show the training settings of `project`."""
        training, task = project.spec.training, project.dataset.task
        self.form.setFields(_fields(training, task))
        rows = len(project.dataset.parts["train"].x)
        whole = not training.batch or training.batch >= rows
        self.setSummary("one batch" if whole else f"{-(-rows // training.batch)} batches")
        shown: dict[str, object] = dict(choice_values(OPTIMISERS, OPTIMISER, training.optimiser))
        shown |= choice_values(LOSSES, LOSS, training.loss)
        shown |= {"training.batch": training.batch, "training.epochs": training.epochs, "training.keep_best": training.keep_best}
        shown["training.class_weights"] = training.class_weights
        self.form.setValues(shown)
        self.form.setRowVisible("training.keep_best", len(project.dataset.parts["validation"].x) > 0)
        self.rules.show_choices(training.chain)
        self.schedule.show_training(training)
        self.stopping.show_choices(training.stop)


def rate_notice(before: Project, after: Project) -> str:
    """Return a sentence when another optimiser brought another rate with it, else ""."""
    old, new = before.spec.training.optimiser, after.spec.training.optimiser
    if before.dataset is not after.dataset or old.name == new.name:
        return ""
    entry = OPTIMISERS.get(new.name)
    was, now = (OPTIMISERS.get(one.name).values(one.values).get("eta") for one in (old, new))
    if now is None or now == was:
        return ""
    usual = now == entry.values()["eta"]
    return f"Rate set to {entry.label}'s usual {now:g}." if usual else f"Rate set to {now:g}, as {entry.label} had it."


def _fields(training: TrainingSpec, task: str) -> list[FieldSpec]:
    losses = choices([entry for entry in LOSSES.in_window() if task in entry.tasks or entry.name == training.loss.name])
    rules = choices(offered(MAIN, training.optimiser))
    loss = FieldSpec(LOSS, "Loss", "choice", losses, help="What is made smaller; it must fit the target.")
    of_loss = choice_fields(loss, LOSSES, training.loss, "loss")
    optimiser = FieldSpec(OPTIMISER, "Optimiser", "choice", rules, help="The rule that changes the parameters.")
    of_optimiser = choice_fields(optimiser, OPTIMISERS, training.optimiser, deeper=0)
    rare = [replace(field, label=f"Loss {field.label.lower()}", indent=0) for field in of_loss if field.advanced]
    fields = [
        *(field for field in of_loss if not field.advanced),
        *(field for field in of_optimiser if not field.advanced),
        *(field for field in of_optimiser if field.advanced),
        *rare,
        FieldSpec("training.batch", "Batch", "integer", low=0, high=1e9, help=BATCH, zero="all rows"),
        FieldSpec("training.epochs", "Epochs", "integer", low=1, high=2e9, help=EPOCHS),
        FieldSpec("training.keep_best", "Keep best epoch", "toggle", help=KEEP),
    ]
    if task != "regression":
        fields.append(FieldSpec("training.class_weights", "Class weights", "choice", CLASS_WEIGHTS, help=WEIGHTS))
    return fields
