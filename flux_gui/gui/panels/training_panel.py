"""Section 3: loss, optimiser with its values, batch, epochs."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from flux_gui.core.registry import Entry
from flux_gui.document.project import Project
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.gui.forms import FieldSpec, Form, choices, hyper_fields, hyper_values
from flux_gui.gui.widgets import Section

OPTIMISER = "training.optimiser"
BATCH = "Rows per step; 0 takes all rows. Smaller batches are noisier and make more steps an epoch; typically 32."
EPOCHS = "How often all training rows are seen; typically 100 to 1000."
KEEP = "After the run use the epoch with the lowest validation loss (when there are validation rows)."


class TrainingPanel(Section):
    """Signal: edited(path, value)."""

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(3, "Training", parent, help_text="How the parameters are changed to make the loss smaller.")
        self.form = Form()
        self.form.edited.connect(self.edited)
        self.addWidget(self.form)

    def forms(self) -> list[Form]:
        """Return the forms, to show errors at their fields."""
        return [self.form]

    def show_project(self, project: Project) -> None:
        """Show the training settings of `project`."""
        training = project.spec.training
        entry = OPTIMISERS.get(training.optimiser.name)
        self.form.setFields(_fields(entry, project.dataset.task))
        rows = len(project.dataset.parts["train"].x)
        whole = not training.batch or training.batch >= rows
        self.setSummary("one batch" if whole else f"{-(-rows // training.batch)} batches")
        shown: dict[str, object] = dict(hyper_values(entry, OPTIMISER, training.optimiser.values))
        shown |= {"training.loss": training.loss.name, OPTIMISER: entry.name, "training.batch": training.batch}
        shown |= {"training.epochs": training.epochs, "training.keep_best": training.keep_best}
        self.form.setValues(shown)
        self.form.setRowVisible("training.keep_best", len(project.dataset.parts["validation"].x) > 0)


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


def _fields(optimiser: Entry, task: str) -> list[FieldSpec]:
    losses = choices([entry for entry in LOSSES.in_window() if task in entry.tasks])
    rules = choices(OPTIMISERS.in_window())
    return [
        FieldSpec("training.loss", "Loss", "choice", losses, help="What is made smaller; it must fit the target."),
        FieldSpec(OPTIMISER, "Optimiser", "choice", rules, help="The rule that changes the parameters."),
        *hyper_fields(optimiser, OPTIMISER),
        FieldSpec("training.batch", "Batch", "integer", low=0, high=1e9, help=BATCH, zero="all rows"),
        FieldSpec("training.epochs", "Epochs", "integer", low=1, high=1e8, help=EPOCHS),
        FieldSpec("training.keep_best", "Keep best epoch", "toggle", help=KEEP),
    ]
