"""The project value: immutable, and edits share what they did not touch."""

from dataclasses import FrozenInstanceError

import pytest

from flux_gui.document import edits


def test_a_project_cannot_be_changed_and_shares_its_parts() -> None:
    project = edits.line_example()
    with pytest.raises(FrozenInstanceError):
        project.spec = project.spec  # type: ignore[misc]
    after = edits.set_value(project, "training.epochs", 5)
    assert after.table is project.table
    assert after.dataset is project.dataset
    assert after.state is project.state
    assert after.spec.data is project.spec.data
