"""The values the diagram draws: counts."""

from networks import network


def test_counts() -> None:
    picture = network((2, 8, 8, 1))
    assert picture.units == (2, 8, 8, 1)
    assert picture.parameters == 105
