"""The self-test passes here, and fails with a sentence where something is wrong."""

import numpy as np
import pytest

from flux_gui import self_test


def test_it_passes(qapp: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert self_test.run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "ok"
    assert any(line.startswith("versions: flux-gui ") for line in lines)


def test_a_wrong_number_fails_with_a_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "EXPECTED", np.array([1.0, 1.0]))
    assert self_test.run() == 1
    assert capsys.readouterr().out.startswith("failed: the line gave")
