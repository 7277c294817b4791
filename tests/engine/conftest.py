"""What tests of the engine share."""

import pytest

from flux_gui.engine.native import plans


@pytest.fixture
def numpy_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave plans as numpy calls, for tests that look at the calls themselves."""
    monkeypatch.setattr(plans, "available", lambda: False)
