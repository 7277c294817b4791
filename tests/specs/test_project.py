"""Tests of the specification of a whole project."""

from flux_gui.specs import ProjectSpec, codec


def test_the_default_is_the_line_example_and_survives_json() -> None:
    spec = ProjectSpec()
    assert spec.name == "line"
    assert codec.decode(codec.encode(spec), ProjectSpec, "here") == spec
    assert codec.decode(b"{}", ProjectSpec, "here") == spec
