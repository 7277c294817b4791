"""What the pointer and the window show of the drawn network: which nodes can be seen, and the one under the pointer, enlarged."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGraphicsView

from flux_gui.gui.diagram.hover_card import HoverCard, Shown
from flux_gui.gui.diagram.items import NodeItem
from flux_gui.gui.diagram.scene import NetworkScene, Place
from flux_gui.gui.plots.ranges import number

Seen = tuple[tuple[int, tuple[int, ...]], ...]
DELAY = 180  # milliseconds that the pointer rests on a node before it is enlarged


class Lens(QObject):
    """Watches a view of a NetworkScene. Signals: `changed()` when other nodes can be seen, `inputClicked(unit)`."""

    changed = Signal()
    inputClicked = Signal(int)

    def __init__(self, view: QGraphicsView, scene: NetworkScene) -> None:
        super().__init__(view)
        self._view, self._scene = view, scene
        self._seen: Seen = ()
        self._node: NodeItem | None = None
        self._pressed: NodeItem | None = None
        self.card = HoverCard(view.viewport())
        self._soon = self._timer(0, self._look)
        self._rest = self._timer(DELAY, self._enlarge)
        scene.built.connect(self._rebuilt)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self._soon.start)
            bar.rangeChanged.connect(self._soon.start)
        view.viewport().installEventFilter(self)

    def _timer(self, pause: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause)
        timer.timeout.connect(call)
        return timer

    @property
    def seen(self) -> Seen:
        """The nodes that can be seen: (layer of the model or -1 for the inputs, its units)."""
        return self._seen

    def refresh(self) -> None:
        """Show the newest picture in the card, if it is open."""
        if self.card.isVisible():
            self._enlarge()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer, and look again when the view appears, disappears or changes its size."""
        kind = event.type()
        if kind in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Resize):
            self._soon.start()
        elif kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._point(event.position())
        elif kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            self._click(event)
        elif kind in (QEvent.Type.Leave, QEvent.Type.Wheel, QEvent.Type.MouseButtonPress):
            self._leave()
            if isinstance(event, QMouseEvent):
                self._pressed = self._scene.node_at(self._view.mapToScene(event.position().toPoint()))
        elif kind == QEvent.Type.ToolTip and self.card.isVisible():
            return True  # the card says it already
        return super().eventFilter(watched, event)

    def _click(self, event: QMouseEvent) -> None:
        """Tell of a click on an input."""
        node = self._scene.node_at(self._view.mapToScene(event.position().toPoint()))
        if event.button() == Qt.MouseButton.LeftButton and node is not None and not node.column and node is self._pressed:
            self.inputClicked.emit(node.unit)

    def _rebuilt(self) -> None:
        self._pressed = None
        self._leave()
        self._soon.start()

    def _look(self) -> None:
        view = self._view
        area = view.mapToScene(view.viewport().rect()).boundingRect()
        found = []
        for place, nodes in enumerate(self._scene.nodes if view.isVisible() else ()):
            seen = tuple(node.unit for node in nodes if area.intersects(node.box.translated(node.pos())))
            if seen:
                found.append((self._scene.layer_index(place), seen))
        if tuple(found) != self._seen:
            self._seen = tuple(found)
            self.changed.emit()

    def _point(self, at: QPointF) -> None:
        point = self._view.mapToScene(at.toPoint())
        node = self._scene.node_at(point)
        if node is None:
            self._leave()
        elif node is not self._node:
            self._node = node
            if self.card.isVisible():
                self._enlarge()
            else:
                self._rest.start()

    def _leave(self) -> None:
        self._node = None
        self._rest.stop()
        self.card.hide()

    def _enlarge(self) -> None:
        node, units = self._node, self._scene.units
        if node is None or units is None:
            self.card.hide()
            return
        layer = units.layers.get(self._scene.layer_index(node.column))
        if layer is None or node.unit not in layer.units:
            self.card.hide()
            return
        corner = self._view.mapFromScene(node.sceneBoundingRect()).boundingRect()
        shown = Shown(self._scene.node_title(node), units, layer, layer.units.index(node.unit), self._bias(node))
        self.card.show_unit(shown, corner)

    def _bias(self, node: NodeItem) -> str:
        place = Place(node.column - 1, "bias", node.unit, 0)
        return f"bias {number(self._scene.value(place))}" if node.column and self._scene.has_bias(node.column - 1) else ""
