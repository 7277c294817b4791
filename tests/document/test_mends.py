"""The mends that problems are made of."""

from flux_gui.document import edits
from flux_gui.document.mends import Problem, addition, removal, setting


def test_every_mend_is_an_edit() -> None:
    project = edits.line_example()
    longer = addition("scale").edit(project)
    assert len(longer.spec.model.layers) == 2
    assert removal(1).edit(longer).spec.model == project.spec.model
    mend = setting("training.epochs", 7, "Train longer")
    assert mend.label == "Train longer"
    assert mend.edit(project).spec.training.epochs == 7
    assert Problem("training.epochs", "warning", "Short.").mend is None
