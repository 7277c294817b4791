"""Every refusal of a table that could be read in another way offers that way."""

from typing import Any

from flux_gui.core.errors import CellError, DataError, HeaderError, OneColumnError
from flux_gui.gui.reading_offers import reading_offers
from flux_gui.specs.data import ReadSpec


def test_what_is_offered_is_read() -> None:
    asked: list[dict[str, Any]] = []

    def again(**wanted: Any) -> None:
        asked.append(wanted)

    refusals = (CellError("", "", "b"), HeaderError("x."), OneColumnError("x.", "", (",", " ")))
    offers = [offer for error in refusals for offer in reading_offers(error, {"a": "text"}, ReadSpec(decimal=","), again)]
    assert [label for label, _ in offers] == [
        "Read as categories",
        "Leave the column out",
        "Read without a header",
        "Divide by comma",
        "Divide by blanks",
    ]
    for _, act in offers:
        act()
    assert asked[0]["kinds"] == {"a": "text", "b": "category"}
    assert asked[2]["reading"] == ReadSpec(decimal=",", header="no")
    assert [one["reading"].delimiter for one in asked[3:]] == [",", " "]
    assert reading_offers(DataError("x."), None, None, again) == ()
