"""Tests of what readers share: progress that costs nothing and can stop the work, cells as text."""

import datetime

import pytest

from flux_gui.core.errors import Cancelled
from flux_gui.data.reading import Wanted, one_sheet, quoted, short, text_of


def test_progress_is_told_now_and_then_and_may_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float | None, str]] = []
    wanted = Wanted(progress=lambda share, text: told.append((share, text)))
    wanted.tell(0.0, "begin")
    wanted.tell(0.1, "too soon")
    assert told == [(0.0, "begin")]
    monkeypatch.setattr("flux_gui.data.reading.BETWEEN", 0.0)
    wanted.still()
    assert told[1] == (0.1, "too soon")

    def stop(share: float | None, text: str) -> None:
        raise Cancelled("Reading was stopped.")

    with pytest.raises(Cancelled):
        Wanted(progress=stop).tell(None, "x")
    Wanted().tell(1.0, "nobody listens")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (float("nan"), ""), (True, "true"), (3.0, "3"), (0.1, "0.1"), (7, "7"), (" a ", "a"), (float("inf"), "inf")],
)
def test_values_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_long_cells_are_cut(tmp_path: object) -> None:
    assert len(short("w" * 500)) == 200
    assert quoted("a\nb ") == "a b"
    assert text_of(datetime.date(2024, 1, 5)) == "2024-01-05"
    assert one_sheet(tmp_path) == ()  # type: ignore[arg-type]
