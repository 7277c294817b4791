"""Schema versions of project files."""

import pytest

from flux_gui.core.errors import FormatError
from flux_gui.specs import migrations


def test_the_current_version_passes_unchanged() -> None:
    content = {"schema": migrations.SCHEMA_VERSION, "spec": {}}
    assert migrations.migrate(content, "a.flux") == content


def test_older_versions_go_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", 3)
    monkeypatch.setitem(migrations.STEPS, 1, lambda content: {**content, "one": 1})
    monkeypatch.setitem(migrations.STEPS, 2, lambda content: {**content, "two": 2})
    assert migrations.migrate({"schema": 1}, "a.flux") == {"schema": 3, "one": 1, "two": 2}


@pytest.mark.parametrize("content", [None, 3, [], {}, {"schema": "1"}, {"schema": True}, {"schema": 0}, {"schema": -1}])
def test_what_is_no_project(content: object) -> None:
    with pytest.raises(FormatError, match=r"a\.flux"):
        migrations.migrate(content, "a.flux")


def test_newer_versions_are_refused() -> None:
    with pytest.raises(FormatError, match="newer version") as caught:
        migrations.migrate({"schema": migrations.SCHEMA_VERSION + 1}, "a.flux")
    assert "Update" in caught.value.hint
