"""The drawn network: makes the items of one picture, and recolours them cheaply when weights change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QColor, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from flux_gui.gui.diagram.edges import Gap
from flux_gui.gui.diagram.items import NodeItem, SlabItem, TextItem, cubic, cubic_points
from flux_gui.gui.diagram.labels import fitted, shortened, title_room
from flux_gui.gui.diagram.layout import MOST_NODES, SLAB, Arrangement, Edges, chosen_edges, slabs_width
from flux_gui.gui.diagram.pens import Pens
from flux_gui.gui.diagram.picture import Array, NetworkPicture
from flux_gui.gui.diagram.thumbs import palette, thumbs
from flux_gui.gui.plots.ranges import number, short, step_up
from flux_gui.gui.theme import theme
from flux_gui.runtime.unit_probe import MIDDLE, UnitPictures, codes_of

Kind = Literal["weight", "bias"]
REACH = 7.0  # pixels from an edge that still count as on it
Weights = Sequence[tuple[Array | None, Array | None]]


@dataclass(frozen=True)
class Place:
    """One parameter in the picture: `layer` counts the picture's layers."""

    layer: int
    kind: Kind
    row: int
    column: int

    @property
    def units(self) -> tuple[tuple[int, int], ...]:
        """The nodes it belongs to, as (column, unit)."""
        target = (self.layer + 1, self.row)
        return (target,) if self.kind == "bias" else (target, (self.layer, self.column))


class NetworkScene(QGraphicsScene):
    """Holds the items of one NetworkPicture in one Arrangement. Signals: `built()` when all items are new."""

    built = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.limit = 1.0
        self.picture: NetworkPicture | None = None
        self.units: UnitPictures | None = None
        self.nodes: list[list[NodeItem]] = []
        self.headers: list[TextItem] = []
        self.slabs: dict[str, SlabItem] = {}
        self.selected: Place | None = None
        self._gaps: list[Gap] = []
        self._notes: list[list[TextItem]] = []
        self._pens = Pens(theme().colours, 5.0)
        self._weights: list[tuple[Array | None, Array | None]] = []
        self._gradient: list[tuple[Array | None, Array | None]] | None = None
        self._wants_gradient = False
        self._few = False
        self._ring: QGraphicsPathItem | None = None
        self._lifted: tuple[QGraphicsPathItem, float] | None = None  # the selected edge and the height it had before

    def build(self, picture: NetworkPicture, plan: Arrangement) -> None:
        """Replace everything by `picture`, placed as `plan` says."""
        self.clear()
        self.picture, self._ring, self._lifted = picture, None, None
        self._few = picture.parameters <= MOST_NODES
        self.setSceneRect(0, 0, plan.width, plan.height)
        self.nodes, self.headers, self._notes = [], [], []
        self._add_slabs(picture, plan)
        for place, column in enumerate(plan.columns):
            self._add_column(picture, plan, place)
            if column.hidden:
                aside = bool(picture.steps_after(place))  # the text ends where the steps begin
                x = column.x + (column.side / 2 if aside else 0.0)
                self._text(f"\u2026 {column.hidden} more", x, column.bottom + 11, align=1 if aside else 0, role="muted", size=10)
        chosen = [column.units for column in plan.columns]
        self._gaps = [self._add_edges(layer, edges, plan) for layer, edges in enumerate(chosen_edges(picture, chosen))]
        count = sum(len(gap.items) for gap in self._gaps)
        self._pens = Pens(theme().colours, 7.0 if count <= 12 else 4.5 if count <= 150 else 3.0)
        for gap in self._gaps:
            gap.codes[:] = -1
        self._weights = [(layer.weight, layer.bias) for layer in picture.layers]
        self.setGradient(self._gradient, self._wants_gradient)
        self.setUnits(self.units)
        self._show_selection()
        self.built.emit()

    def setUnits(self, units: UnitPictures | None) -> None:
        """Show what neurons compute; columns that `units` leaves out keep what they show, None takes all pictures away."""
        self.units = units
        for place, nodes in enumerate(self.nodes):
            found = units.layers.get(self.layer_index(place)) if units is not None else None
            made = thumbs(units, found) if units is not None and found is not None else {}
            for node in nodes:
                if units is None or node.unit in made:
                    node.show_thumb(made.get(node.unit))

    def layer_index(self, place: int) -> int:
        """Return the layer of the model that a column stands for, -1 for the inputs."""
        return self.picture.layers[place - 1].index if place and self.picture is not None else -1

    def _add_slabs(self, picture: NetworkPicture, plan: Arrangement) -> None:
        titles = {step.id: step.title for step in picture.steps}
        self.slabs = {slab.id: SlabItem(SLAB, slab.height, titles[slab.id]) for slab in plan.slabs}
        for slab in plan.slabs:
            self.slabs[slab.id].setPos(slab.x, slab.y)
            self.addItem(self.slabs[slab.id])
        for place, column in enumerate(plan.columns):
            width = slabs_width(picture, place)
            for y in column.ys if width else ():
                start = column.x + column.side / 2
                self.addLine(start, y, start + width, y, QPen(QColor(theme().colours.control), 1))

    def step_at(self, point: QPointF) -> str:
        """Return the id of the step drawn at `point`, "" for none."""
        return next((id for id, item in self.slabs.items() if item.boundingRect().translated(item.pos()).contains(point)), "")

    def weights(self) -> Weights:
        """Return the values shown."""
        return self._weights

    def show_like(self, other: "NetworkScene") -> None:
        """Show the values, colours and pictures of another scene of the same network."""
        self._weights = list(other.weights())
        self.setGradient(other._gradient, other.shows_gradient)
        self.setUnits(other.units)

    def name_activations(self, plan: Arrangement) -> None:
        """Write the activations under their columns, for a picture without controls."""
        for column, layer in zip(plan.columns[1:], self.picture.layers if self.picture else (), strict=False):
            self._text(layer.activation, column.x, plan.foot, role="muted")

    def drawn_edges(self) -> list[tuple[Array, float]]:
        """Return (points (k, 2) on its curve, weight) of every edge that stands for a weight."""
        found = [(gap, weight) for gap, (weight, _bias) in zip(self._gaps, self._weights, strict=True) if gap.real and weight is not None]
        return [(gap.points[i], float(weight[gap.place(i)])) for gap, weight in found for i in range(len(gap.items))]

    def edge_count(self) -> int:
        """Return how many edges are drawn."""
        return sum(len(gap.items) for gap in self._gaps)

    def _text(self, text: str, x: float, y: float, **look: object) -> TextItem:
        item = TextItem(text, **look)  # type: ignore[arg-type]
        item.setPos(x, y)
        self.addItem(item)
        return item

    def _add_column(self, picture: NetworkPicture, plan: Arrangement, place: int) -> None:
        column = plan.columns[place]
        title = "Input" if place == 0 else fitted(picture.layers[place - 1].title, title_room(plan), plan.title_size)
        rests = place > 0 and not picture.layers[place - 1].trainable
        self.headers.append(self._text(title, column.x, plan.header, bold=True, size=plan.title_size, role="muted" if rests else "text"))
        nodes, notes = [], []
        inside = self._few and column.side >= 38
        for unit, y in zip(column.units.tolist(), column.ys, strict=True):
            name = self._name(picture, place, unit)
            fits = inside and place == 0 and len(name) <= 4
            node = NodeItem(place, unit, column.side, name if fits else "")
            node.setPos(column.x, y)
            self.addItem(node)
            nodes.append(node)
            if name and not fits:
                first = place == 0
                x = column.x - column.side / 2 - 8 if first else column.x + column.side / 2 + 8 + slabs_width(picture, place)
                size = tag_size(column.side) if len(column.ys) <= 8 else 10
                self._text(shortened(name), x, y, align=1 if first else -1, role="muted", size=size)
            if self._few and place and picture.layers[place - 1].bias is not None:
                size = tag_size(column.side)
                notes.append(self._text("b", column.x, y + column.side / 2 + size + 3, tag=True, size=size))
        if place == 0 and picture.input_note:
            self._text(picture.input_note, column.x, plan.foot, role="muted")
        self.nodes.append(nodes)
        self._notes.append(notes)

    @staticmethod
    def _name(picture: NetworkPicture, place: int, unit: int) -> str:
        if place == 0:
            return picture.inputs[unit]
        last = place == len(picture.layers)
        return picture.outputs[unit] if last and unit < len(picture.outputs) else ""

    def _add_edges(self, layer: int, edges: Edges, plan: Arrangement) -> Gap:
        before, after = plan.columns[layer], plan.columns[layer + 1]
        behind = slabs_width(self.picture, layer) if self.picture is not None else 0.0  # edges begin behind the steps
        left = {int(u): QPointF(before.x + before.side / 2 + behind, y) for u, y in zip(before.units, before.ys, strict=True)}
        right = {int(u): QPointF(after.x - after.side / 2, y) for u, y in zip(after.units, after.ys, strict=True)}
        items, points, tags = [], [], []
        real = self.picture is not None and self.picture.layers[layer].weight is not None
        for order, (row, column) in enumerate(zip(edges.rows.tolist(), edges.columns.tolist(), strict=True)):
            start, end = left[column], right[row]
            item = QGraphicsPathItem(cubic(start, end))
            item.setZValue(order * 1e-3)
            self.addItem(item)
            items.append(item)
            points.append(cubic_points(start, end))
            if self._few and real:
                at = 0.5 if len(edges.rows) == 1 else 0.36 if (row + column) % 2 == 0 else 0.64
                x, y = cubic_points(start, end, np.array([at]))[0]
                size = tag_size(after.side)
                lift = -9.0 - size if len(edges.rows) == 1 else 0.0
                tags.append(self._text("w", float(x), float(y) + lift, tag=True, size=size))
        shape = np.array(points) if points else np.zeros((0, 25, 2))
        return Gap(edges, items, np.full(len(items), -1, np.intp), shape, tags, real)

    def setWeights(self, weights: Weights) -> None:
        """Recolour edges and nodes for these (weight, bias) per layer; only what changes is touched."""
        self._weights = list(weights)
        self._recolour()

    def setGradient(self, gradient: Weights | None, wanted: bool) -> None:
        """Colour by this gradient of the loss, (weight, bias) per layer, if `wanted`; while it is None, lines are plain."""
        self._gradient = list(gradient) if gradient is not None and self._fits(gradient) else None
        self._wants_gradient = wanted
        self._recolour()

    @property
    def shows_gradient(self) -> bool:
        """Whether colours stand for gradients."""
        return self._wants_gradient

    def _fits(self, values: Weights) -> bool:
        shapes = [[None if part is None else part.shape for part in pair] for pair in values]
        return shapes == [[None if part is None else part.shape for part in pair] for pair in self._weights]

    def _recolour(self) -> None:
        blank: Weights = [(None, None)] * len(self._weights)
        shown = (self._gradient or blank) if self._wants_gradient else self._weights
        self.limit = _limit(shown)
        for gap, (weight, _bias) in zip(self._gaps, shown, strict=True):
            gap.show(weight, self._pens, self.limit, "g" if self._wants_gradient else "w")
        self._show_biases(shown)

    def _show_biases(self, shown: Weights) -> None:
        colours = palette(theme().colours)
        for nodes, notes, (_weight, bias) in zip(self.nodes[1:], self._notes[1:], shown, strict=True):
            if bias is None:
                for node in nodes:
                    node.show_value(None, "")
                continue
            values = bias[[node.unit for node in nodes]]
            codes = codes_of(values, 0.0, self.limit).tolist()
            for i, (node, code) in enumerate(zip(nodes, codes, strict=True)):
                node.show_value(colours[code], "", 0 if self._few else (code > MIDDLE) - (code < MIDDLE))
                if i < len(notes):
                    notes[i].setText(f"{'g' if self._wants_gradient else 'b'} = {short(float(values[i]))}")

    def place_at(self, point: QPointF, reach: float = REACH) -> Place | None:
        """Return the parameter drawn at `point`: a node's bias, a tag's parameter or the nearest edge's weight."""
        node = self.node_at(point)
        if node is not None and node.column:
            return Place(node.column - 1, "bias", node.unit, 0) if self.has_bias(node.column - 1) else None
        tagged = self._tag_at(point)
        return tagged if tagged is not None else self._edge_at(point, reach)

    def node_at(self, point: QPointF) -> NodeItem | None:
        """Return the node drawn at `point`."""
        return next((node for nodes in self.nodes for node in nodes if node.boundingRect().translated(node.pos()).contains(point)), None)

    def node_title(self, node: NodeItem) -> str:
        """Return what a node is called: an input by its name, an output with the name of what it answers."""
        assert self.picture is not None
        name = self._name(self.picture, node.column, node.unit)
        if not node.column:
            return f"input {name}"
        title = self.picture.layers[node.column - 1].title
        return f"{name} \u00b7 {title}" if name else f"{title} \u00b7 neuron {node.unit}"

    def has_bias(self, layer: int) -> bool:
        """Return whether the neurons of a layer of the picture have biases."""
        return layer < len(self._weights) and self._weights[layer][1] is not None

    def _tag_at(self, point: QPointF) -> Place | None:
        for layer, gap in enumerate(self._gaps):
            found = gap.tagged(point)
            if found is not None:
                return Place(layer, "weight", *gap.place(found))
        for column, notes in enumerate(self._notes):
            for i, note in enumerate(notes):
                if note.boundingRect().translated(note.pos()).contains(point):
                    return Place(column - 1, "bias", self.nodes[column][i].unit, 0)
        return None

    def _edge_at(self, point: QPointF, reach: float) -> Place | None:
        near = [(found, layer) for layer, gap in enumerate(self._gaps) if (found := gap.nearest(point, reach)) is not None]
        if not near:
            return None
        (_distance, index), layer = min(near, key=lambda one: one[0][0])
        return Place(layer, "weight", *self._gaps[layer].place(index))

    def value(self, place: Place) -> float:
        """Return the present value of a parameter."""
        weight, bias = self._weights[place.layer]
        if place.kind == "weight":
            return float(weight[place.row, place.column]) if weight is not None else 0.0
        return float(bias[place.row]) if bias is not None else 0.0

    def describe(self, place: Place) -> str:
        """Return a sentence about a parameter, for tooltips."""
        assert self.picture is not None
        value = number(self.value(place))
        title = self.picture.layers[place.layer].title
        if place.kind == "bias":
            return f"{title}, neuron {place.row}: bias b = {value}\nClick to select it and type another value."
        source = self.picture.inputs[place.column] if place.layer == 0 else f"neuron {place.column}"
        return f"{title}: weight w = {value}\nfrom {source} to neuron {place.row}. Click to select it and type another value."

    def select(self, place: Place | None) -> None:
        """Mark one parameter, or none."""
        self.selected = place
        self._show_selection()

    def _show_selection(self) -> None:
        place = self.selected
        for nodes in self.nodes:
            for node in nodes:
                on = place is not None and place.kind == "bias" and (node.column - 1, node.unit) == (place.layer, place.row)
                if node.selected != on:
                    node.selected = on
                    node.update()
        for layer, gap in enumerate(self._gaps):
            for i, tag in enumerate(gap.tags):
                tag.selected = Place(layer, "weight", *gap.place(i)) == place
                tag.update()
        self._show_ring(place)

    def _show_ring(self, place: Place | None) -> None:
        """Lift the selected edge over the others and draw a frame around it, in which a weak one can be seen as well."""
        if self._ring is not None:
            self.removeItem(self._ring)
            self._ring = None
        if self._lifted is not None:
            item, height = self._lifted
            item.setZValue(height)
            self._lifted = None
        if place is None or place.kind != "weight" or place.layer >= len(self._gaps):
            return
        edge = self._gaps[place.layer].find(place.row, place.column)
        if edge is not None:
            self._lifted = edge, edge.zValue()
            edge.setZValue(6)
            stroker = QPainterPathStroker()
            stroker.setWidth(13.0 if self._few else 11.0)
            self._ring = QGraphicsPathItem(stroker.createStroke(edge.path()).simplified())
            self._ring.setPen(QPen(QColor(theme().colours.accent), 1.4))
            self._ring.setBrush(QColor(theme().colours.canvas))
            self._ring.setZValue(5)
            self.addItem(self._ring)


def tag_size(side: float) -> int:
    """Return the size of a text that stands beside a node of this side."""
    return 13 if side >= 70 else 11


def _limit(weights: Weights) -> float:
    """Return a round number not below any |value|."""
    most = 0.0
    for pair in weights:
        for part in pair:
            if part is not None and part.size:
                size = np.abs(part)
                top = float(size.max())
                most = max(most, top if np.isfinite(top) else float(np.max(size, where=np.isfinite(size), initial=0.0)))
    return step_up(most) or 1.0
