"""Turns of network and plots: strictly in turns when frames come often, two of three when they do not."""

from itertools import pairwise

import pytest

from flux_gui.gui.turns import LATEST, Turns


@pytest.mark.parametrize(("gap", "share"), [(0.02, 0.22), (0.045, 0.5), (0.062, 2 / 3), (0.2, 2 / 3)])
def test_shares(gap: float, share: float) -> None:
    turns = Turns()
    seen = [turns.network(gap * i) for i in range(300)]
    assert sum(seen) / len(seen) == pytest.approx(share, abs=0.03)
    assert not any(all(seen[i : i + 3]) for i in range(len(seen) - 2))


def test_the_network_is_not_late() -> None:
    for gap in (0.02, 0.033, 0.05):
        turns = Turns()
        shown = [gap * i for i in range(300) if turns.network(gap * i)]
        assert max(b - a for a, b in pairwise(shown)) <= LATEST + 1e-9
