"""Which neighbouring statements become one loop, and which of their results need not be written to memory."""

from collections.abc import Sequence
from typing import Final

from flux_gui.engine.native.statements import Elementwise, Product, Reduction, Statement, View, overlap, views

MOST_STREAMS: Final = 7  # stretches that one loop walks along: the update of Adam has six


def grouped(statements: Sequence[Statement]) -> list[tuple[list[Statement], set[int]]]:
    """Return runs of statements that become one loop each, with the statements in it whose result is overwritten unread."""
    groups: list[list[Statement]] = []
    for one in statements:
        if not (groups and isinstance(one, Elementwise) and _joins(groups[-1], one)):
            groups.append([])
        groups[-1].append(one)
    order = [one for group in groups for one in group]
    dead = {id(one) for place, one in enumerate(order) if isinstance(one, Elementwise) and _unread(one, order[place + 1 :], groups)}
    return [(group, dead) for group in groups]


def _joins(group: list[Statement], one: Elementwise) -> bool:
    """Whether a statement can become part of the loop of `group`."""
    shape = one.out.shape
    mine = views(one)
    theirs: list[View] = []
    for other in group:
        if not isinstance(other, Elementwise) or other.out.shape != shape or len(shape) > 1:
            return False
        theirs += [*other.inputs, other.out]
    written = [other.out for other in group if isinstance(other, Elementwise)]
    if any(not _apart(a, b) for a in mine for b in written) or any(not _apart(one.out, b) for b in theirs):
        return False
    streams = {view.address for view in (*mine, *theirs) if any(view.strides)}
    return len(streams) <= MOST_STREAMS or not shape or shape[0] < 1024


def _apart(a: View, b: View) -> bool:
    """Whether two views are the same or have nothing in common."""
    return (a.address == b.address and a.strides == b.strides and a.kind == b.kind) or not overlap(a, b)


def _unread(one: Elementwise, later: Sequence[Statement], groups: list[list[Statement]]) -> bool:
    """Whether what a statement writes is overwritten before any statement reads it from memory."""
    own = next(group for group in groups if any(other is one for other in group))
    inside = {id(other) for other in own}
    for other in later:
        sources = (other.a, other.b) if isinstance(other, Product) else (other.source,) if isinstance(other, Reduction) else other.inputs
        exact = id(other) in inside  # what its own loop reads of it is at hand
        if any(overlap(view, one.out) and not (exact and view.address == one.out.address) for view in sources):
            return False
        if (
            other.out.address == one.out.address
            and other.out.kind == one.out.kind
            and other.out.shape == one.out.shape
            and (other.out.strides == one.out.strides)
        ):
            return True
        if overlap(other.out, one.out):
            return False
    return False
