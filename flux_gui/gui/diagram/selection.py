"""Which layers are selected: one of them is current, the others were added to it. Plain values, no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Selection:
    """`current` is the layer whose settings are shown, "" for none; `others` are selected with it; a range begins at `anchor`."""

    current: str = ""
    others: frozenset[str] = frozenset()
    anchor: str = ""

    @property
    def ids(self) -> frozenset[str]:
        """All selected layers."""
        return self.others | {self.current} if self.current else self.others

    def only(self, id: str) -> "Selection":
        """Return the selection of one layer, or of none."""
        return Selection(id, frozenset(), id)

    def toggled(self, id: str) -> "Selection":
        """Return the selection with a layer added, or taken out if it was in."""
        rest = self.ids - {id}
        if id not in self.ids:
            return Selection(id, rest, id)
        current = self.current if self.current != id else min(rest, default="")
        return Selection(current, rest - {current}, current)

    def up_to(self, id: str, order: Sequence[str]) -> "Selection":
        """Return the range from the anchor to a layer."""
        if self.anchor not in order or id not in order:
            return self.only(id)
        first, last = sorted((order.index(self.anchor), order.index(id)))
        return Selection(id, frozenset(order[first : last + 1]) - {id}, self.anchor)

    def all(self, order: Sequence[str]) -> "Selection":
        """Return the selection of every layer."""
        current = self.current if self.current in order else next(iter(order), "")
        return Selection(current, frozenset(order) - {current}, current)

    def of(self, ids: Sequence[str]) -> "Selection":
        """Return the selection of these layers; the first is current."""
        return Selection(ids[0], frozenset(ids[1:]), ids[0]) if ids else Selection()

    def stepped(self, move: int, order: Sequence[str], extend: bool = False) -> "Selection":
        """Return the selection after an arrow key: the next or previous layer, or the range up to it."""
        if not order:
            return Selection()
        now = order.index(self.current) if self.current in order else -1 if move > 0 else len(order)
        id = order[min(len(order) - 1, max(0, now + move))]
        return self.up_to(id, order) if extend else self.only(id)

    def among(self, order: Sequence[str]) -> "Selection":
        """Return the selection without layers that are gone."""
        kept = replace(self, others=frozenset(id for id in self.others if id in order))
        if self.current in order:
            return kept
        return kept.of([id for id in order if id in kept.others])
