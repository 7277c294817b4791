"""What somebody has chosen to look at."""

from flux_gui.specs import Pin, ProjectSpec, ViewSpec
from flux_gui.specs.codec import decode, encode


def test_nothing_is_pinned_at_first() -> None:
    assert ProjectSpec().view == ViewSpec(())


def test_pins_survive_a_file() -> None:
    spec = ProjectSpec(view=ViewSpec((Pin("hidden1", "weight", 2, 1), Pin("output", "bias"))))
    assert decode(encode(spec), ProjectSpec, "a.json") == spec
