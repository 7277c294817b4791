"""The middle of the window: the network as a picture that can be changed by hand."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView, QToolButton, QToolTip, QWidget

from flux_gui.gui.diagram.controls import ColourKey, LayerControls, small_button
from flux_gui.gui.diagram.gaps import stations
from flux_gui.gui.diagram.hands import Hands
from flux_gui.gui.diagram.labels import margins
from flux_gui.gui.diagram.layout import Arrangement, arrange
from flux_gui.gui.diagram.lens import Lens
from flux_gui.gui.diagram.marks import Marks
from flux_gui.gui.diagram.picture import LayerPicture, NetworkPicture
from flux_gui.gui.diagram.remarks import Remarks
from flux_gui.gui.diagram.scene import NetworkScene, Place, Weights
from flux_gui.gui.diagram.tips import told
from flux_gui.gui.theme import theme
from flux_gui.gui.widgets.number_field import NumberField
from flux_gui.runtime.unit_probe import UnitPictures

ZOOMS = (0.5, 3.0)
SLIGHT = 40  # pixels beyond the lower edge that are not worth scrolling to
NEAREST = 90.0  # pixels between columns; nearer ones have no room for controls


class NetworkView(QGraphicsView):
    """Shows a NetworkPicture.

    Signals: `addLayerRequested(index)` to insert before layer `index`, `removeLayerRequested(id)`, `unitsRequested(id, n)`,
    `activationRequested(id, name)`, `parameterPicked(index, "weight" | "bias", row, column)` with the layer's place in the model,
    `neuronPicked(index, unit)` for a neuron without a bias, `layerSelected(id)` ("" for none) when that changes, `layerClicked(id)`
    at every click on a layer, a step or beside them, `kindMenuRequested(index, button)` to choose what kind comes before layer `index`,
    `placed()` when what floats over the picture has moved. `hands` selects several layers, carries and renames them.
    """

    addLayerRequested = Signal(int)
    removeLayerRequested = Signal(str)
    unitsRequested = Signal(str, int)
    activationRequested = Signal(str, str)
    parameterPicked = Signal(int, str, int, int)
    neuronPicked = Signal(int, int)
    layerSelected = Signal(str)
    layerClicked = Signal(str)
    kindMenuRequested = Signal(int, object)
    placed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = NetworkScene()
        self._scene.setParent(self)
        self.setScene(self._scene)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setMinimumSize(320, 200)  # lower than any picture: a notice and an open drawer may cover its foot
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Network"))
        self.picture: NetworkPicture | None = None
        self._plan: Arrangement | None = None
        self._zoom = 1.0
        self._layer = ""
        self._hovered = -1
        self._pressed = QPoint()
        self._controls: dict[str, LayerControls] = {}
        self._adders: list[QToolButton] = []
        self.key = ColourKey(self.viewport())
        self.lens = Lens(self, self._scene)
        self._marks = Marks(self._scene)
        self._scene.built.connect(self._marks.forget)
        self.hands = Hands(self, self._marks)
        self.remarks = Remarks(self)
        theme().changed.connect(self._rebuild)

    # what is shown

    def setNetwork(self, picture: NetworkPicture) -> None:
        """Show `picture`; controls of layers that stay keep their focus."""
        before = self.picture.ids if self.picture is not None else picture.ids
        self.picture = picture
        if self._layer not in picture.ids:
            self._layer = ""
        self._make_controls(picture)
        self._rebuild()
        self.hands.picture_changed(before)

    def setWeights(self, weights: Weights) -> None:
        """Show other (weight, bias) values per layer, cheaply; shapes must be those of the picture."""
        if self.picture is None or len(weights) != len(self.picture.layers):
            return
        self._scene.setWeights(weights)
        if self._scene.limit != self.key.limit():
            self.key.setLimit(self._scene.limit)

    def setUnits(self, units: UnitPictures | None) -> None:
        """Show what neurons compute; None takes the pictures away."""
        self._scene.setUnits(units)
        self.lens.refresh()

    def setGradient(self, gradient: Weights | None, wanted: bool) -> None:
        """Colour edges and biases by the gradient of the loss instead of their values, if `wanted`."""
        self._scene.setGradient(gradient, wanted)
        self.key.setMeaning(wanted)
        self.key.setLimit(self._scene.limit)

    @property
    def shows_gradient(self) -> bool:
        """Whether colours stand for gradients."""
        return self._scene.shows_gradient

    @property
    def plan(self) -> Arrangement | None:
        """Where everything stands."""
        return self._plan

    def selectedLayer(self) -> str:
        """Return the id of the selected layer, "" for none."""
        return self._layer

    def selectLayer(self, id: str) -> None:
        """Select a layer by id ("" for none) without emitting."""
        self._layer = id
        self._show_layer()

    def selectParameter(self, index: int, kind: str, row: int, column: int = 0) -> None:
        """Mark one parameter without emitting; `index` is the layer's place in the model."""
        place = next((i for i, layer in enumerate(self.picture.layers if self.picture else ()) if layer.index == index), None)
        known = place is not None and kind in ("weight", "bias")
        chosen = Place(place, "weight" if kind == "weight" else "bias", row, column) if known and place is not None else None
        self._scene.select(chosen)
        if chosen is not None and self._plan is not None and not self._plan.draws(chosen.units):
            self._rebuild()

    def edge_count(self) -> int:
        """Return how many edges are drawn."""
        return self._scene.edge_count()

    def fit(self) -> None:
        """Show the whole network at its natural size."""
        self.setZoom(1.0)

    def zoomIn(self) -> None:
        """Show the network larger."""
        self.setZoom(self._zoom * 1.25)

    def zoomOut(self) -> None:
        """Show the network smaller."""
        self.setZoom(self._zoom / 1.25)

    def setZoom(self, zoom: float) -> None:
        """Scale the picture; 1 is its natural size, and it can become so small that all of it is seen."""
        whole = self.viewport().width() / self._plan.width if self._plan is not None else 1.0
        self._zoom = min(ZOOMS[1], max(min(ZOOMS[0], whole), zoom))
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(needed if self._zoom > 1.0 else off)
        self.resetTransform()
        self.scale(self._zoom, self._zoom)
        self._place_controls()

    # building

    def _rebuild(self) -> None:
        if self.picture is None:
            return
        keep = self._scene.selected.units if self._scene.selected is not None else ()
        self._plan = arrange(self.picture, *self._room(), *margins(self.picture), keep)
        self._scene.build(self.picture, self._plan)
        self.key.setLimit(self._scene.limit)
        self._show_layer()
        self._place_controls()

    def _room(self) -> tuple[float, float]:
        size = self.viewport().size()
        return float(max(320, size.width())), float(max(260, size.height()))

    def _make_controls(self, picture: NetworkPicture) -> None:
        kept = {layer.id for layer in picture.layers}
        for id in [id for id in self._controls if id not in kept]:
            self._controls.pop(id).drop()
        for layer in picture.layers:
            if layer.id in self._controls:
                self._controls[layer.id].show_layer(layer, picture.activations)
            else:
                self._controls[layer.id] = self._controls_for(layer, picture)
        while len(self._adders) > len(picture.layers):
            button = self._adders.pop()
            button.hide()
            button.deleteLater()
        while len(self._adders) < len(picture.layers):
            self._adders.append(self._adder(len(self._adders)))

    def _controls_for(self, layer: LayerPicture, picture: NetworkPicture) -> LayerControls:
        id = layer.id
        controls = LayerControls(layer, picture.activations, self.viewport())
        controls.unitsRequested.connect(lambda n: self.unitsRequested.emit(id, n))
        controls.activationRequested.connect(lambda name: self.activationRequested.emit(id, name))
        controls.removeRequested.connect(lambda: self.removeLayerRequested.emit(id))
        controls.pill.count.left.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
        return controls

    def _adder(self, index: int) -> QToolButton:
        button = small_button(self.viewport(), "plus", self.tr("Insert a Dense layer here; right click for other kinds"), 19)
        button.setProperty("round", True)
        button.setObjectName(f"diagram.add_layer.{index}")
        button.clicked.connect(lambda: self.addLayerRequested.emit(self.picture.layers[index].index if self.picture else index))
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(lambda _at: self._wish_kind(index, button))
        button.show()
        return button

    def _wish_kind(self, index: int, button: QToolButton) -> None:
        if self.picture is not None:
            self.kindMenuRequested.emit(self.picture.layers[index].index, button)

    def _place_controls(self) -> None:
        if self._plan is None or self.picture is None:
            return
        columns, far = self._plan.columns, self._zoom * self._plan.step < NEAREST
        for controls in self._controls.values():
            controls.setFar(far)
        for adder in self._adders:
            adder.setVisible(not far)
        self.key.move(self.viewport().width() - self.key.width() - 12, 2)
        height = self._plan.pill if self._plan.narrow else self._plan.header
        for i, button in enumerate(self._adders):
            at = self.mapFromScene(QPointF((columns[i].x + columns[i + 1].x) / 2, height))
            button.move(at.x() - button.width() // 2, at.y() - button.height() // 2)
        for column, layer in zip(columns[1:], self.picture.layers, strict=True):
            middle = self.mapFromScene(QPointF(column.x, self._plan.pill))
            foot = self.mapFromScene(QPointF(column.x, self._plan.foot))
            self._controls[layer.id].place(middle, foot, self._plan.step)
        self._show_removers()
        self.placed.emit()

    def _show_removers(self) -> None:
        for i, layer in enumerate(self.picture.layers if self.picture else ()):
            self._controls[layer.id].show_remover(self._hovered == i + 1 or self._layer == layer.id)

    def _show_layer(self) -> None:
        self.hands.follow(self._layer)
        self._show_removers()

    def mark_steps(self, ids: frozenset[str]) -> None:
        """Put frames around the selected steps."""
        for id, item in self._scene.slabs.items():
            if item.selected != (id in ids):
                item.selected = id in ids
                item.update()

    def size_field(self, id: str) -> NumberField | None:
        """Return the field with the number of neurons of a layer, None where that is not typed."""
        controls = self._controls.get(id)
        return controls.pill.count if controls is not None and not controls.pill.isHidden() else None

    def step_at(self, point: QPointF) -> str:
        """Return the id of the step drawn at a point of the scene, "" for none."""
        return self._scene.step_at(point)

    def layer_at(self, point: QPointF) -> str:
        """Return the id of the step or the column at a point of the scene, "" for none."""
        column = self._column_at(point)
        return self.step_at(point) or (self.picture.layers[column - 1].id if column > 0 and self.picture is not None else "")

    def title_place(self, id: str) -> QPoint | None:
        """Return where the title of a layer stands in the view, None for a layer that is not drawn."""
        if self.picture is None or self._plan is None:
            return None
        x = next((one.x for one in stations(self.picture, self._plan) if one.id == id), None)
        slab = next((one for one in self._plan.slabs if one.id == id), None)
        y = slab.y - slab.height / 2 + 12 if slab is not None else self._plan.header
        return self.mapFromScene(QPointF(x, y)) if x is not None else None

    def remark_place(self, id: str) -> QPoint | None:
        """Return where the sign of a problem with a layer stands in the view."""
        middle = self.title_place(id)
        controls = self._controls.get(id)
        if middle is None or self._plan is None or self.picture is None:
            return None
        slab = next((one for one in self._plan.slabs if one.id == id), None)
        if slab is not None or controls is None:
            return self.mapFromScene(QPointF(slab.x, slab.y + slab.height / 2 + 14)) if slab is not None else None
        return controls.sign_place()

    def reveal(self, id: str) -> None:
        """Move the picture so far that a layer can be seen."""
        place = self.title_place(id)
        if place is not None and not 60 <= place.x() <= self.viewport().width() - 60:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + place.x() - self.viewport().width() // 2)

    # events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the network out again for the new size."""
        super().resizeEvent(event)
        self._rebuild()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Keep the controls on their columns."""
        super().scrollContentsBy(dx, dy)
        self._place_controls()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, else scroll: sideways where there is nothing above or below."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.setZoom(self._zoom * (1.1 if event.angleDelta().y() > 0 else 1 / 1.1))
            event.accept()
        elif self.verticalScrollBar().maximum() - self.verticalScrollBar().minimum() > SLIGHT or event.angleDelta().x():
            super().wheelEvent(event)
        else:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - event.angleDelta().y())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click begins."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the parameter or the layer that was clicked."""
        super().mouseReleaseEvent(event)
        event.accept()
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and (at - self._pressed).manhattanLength() < 6:
            self._pick(self.mapToScene(at))

    def _pick(self, point: QPointF) -> None:
        if self.picture is None:
            return
        step = self._scene.step_at(point)
        if step:
            self._click_layer(step)
            return
        place, node = self._scene.place_at(point), self._scene.node_at(point)
        self._scene.select(place)
        if place is not None:
            layer = self.picture.layers[place.layer]
            self._choose_layer(layer.id)
            self.parameterPicked.emit(layer.index, place.kind, place.row, place.column)
            return
        column = self._column_at(point)
        self._click_layer(self.picture.layers[column - 1].id if column > 0 else "")
        if node is not None and node.column:
            self.neuronPicked.emit(self.picture.layers[node.column - 1].index, node.unit)

    def _click_layer(self, id: str) -> None:
        self._choose_layer(id)
        self.layerClicked.emit(id)

    def _choose_layer(self, id: str) -> None:
        self.hands.select(self.hands.selection.only(id))

    def _column_at(self, point: QPointF) -> int:
        columns = self._plan.columns if self._plan is not None else ()
        return next((i for i, column in enumerate(columns) if abs(column.x - point.x()) <= 58), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be clicked, and the remove button of the column under the pointer."""
        super().mouseMoveEvent(event)
        point = self.mapToScene(event.position().toPoint())
        column = self._column_at(point)
        if column != self._hovered:
            self._hovered = column
            self._show_removers()
        on = self._scene.place_at(point) is not None or bool(self._scene.step_at(point))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._told(self.mapToScene(event.pos())), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave and self._hovered != -1:
            self._hovered = -1
            self._show_removers()
        return super().viewportEvent(event)

    def _told(self, point: QPointF) -> str:
        return told(self.picture, self._scene, point, self._column_at(point)) if self.picture is not None else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key means to the hands: select, type a size, insert."""
        if not self.hands.key(event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the usual size of the middle column."""
        return QSize(656, 600)
