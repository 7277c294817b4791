"""What somebody has chosen to look at: it belongs to the project and changes no number."""

import msgspec


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter on the live plot, found by the id of its layer: `name` of its array ("weight"), row and column in it."""

    layer: str
    name: str
    row: int = 0
    column: int = 0


class ViewSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`pinned` are the parameters whose curves are shown in place of the strongest ones, in the order they were pinned."""

    pinned: tuple[Pin, ...] = ()
