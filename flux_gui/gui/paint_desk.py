"""The painting of a project on the plots of the window: who paints where, with which tool and class, and what is seen meanwhile."""

import numpy as np
from PySide6.QtCore import QObject

from flux_gui.data.table import Table
from flux_gui.document.project import Project
from flux_gui.gui.data_verbs import DataVerbs
from flux_gui.gui.paint_tools import PaintTools
from flux_gui.gui.painting import Painter
from flux_gui.gui.plane import plane_points
from flux_gui.gui.plots import FitPlot, MapPlot
from flux_gui.gui.plots.map_plot import Points
from flux_gui.runtime.map_probe import plane
from flux_gui.runtime.probe import ROOM
from flux_gui.specs import PaintedData

CURVE = ((-ROOM, ROOM), (-4.0, 4.0))  # where a curve is painted


class PaintDesk(QObject):
    """Puts the tools beside the plots and the strokes into the project; `show_project` follows the document."""

    def __init__(self, verbs: DataVerbs, plane_plot: MapPlot, curve_plot: FitPlot) -> None:
        super().__init__(plane_plot)
        self._verbs, self.map, self.fit = verbs, plane_plot, curve_plot
        self.painters = {"classes": Painter(plane_plot), "curve": Painter(curve_plot)}
        self.tools = {"classes": PaintTools("painting"), "curve": PaintTools("painting.curve", columns=4)}
        plane_plot.side.insertWidget(0, self.tools["classes"])
        curve_plot.tools.addWidget(self.tools["curve"])
        for kind, painter in self.painters.items():
            tools = self.tools[kind]
            tools.hide()
            tools.toolChosen.connect(painter.setTool)
            tools.classesEdited.connect(verbs.set_classes)
            painter.stroked.connect(self._stroked)
            painter.ended.connect(self._ended)
        self.tools["classes"].classChosen.connect(self._choose)

    @property
    def active(self) -> bool:
        """Whether a stroke is being drawn: then the plots show it, and not the project, which comes a little later."""
        return any(painter.active for painter in self.painters.values())

    def show_project(self, project: Project) -> None:
        """Show tools and classes of a painting; none for other data."""
        source = project.spec.data.source
        classes = source.classes if isinstance(source, PaintedData) else ()
        kind = "" if not isinstance(source, PaintedData) else "classes" if classes else "curve"
        for name, painter in self.painters.items():
            self.tools[name].setVisible(name == kind)
            if name == kind:
                painter.paint_on(project.table, plane(project) if classes else CURVE)
            else:
                painter.paint_on(None)
        self.map.key.setClassesShown(kind != "classes")
        self.fit.setRoom(CURVE if kind == "curve" else None)
        self.tools["classes"].show_classes(classes)
        self._choose(self.tools["classes"].chosen())

    def _choose(self, index: int) -> None:
        names = [row.text() for row in self.tools["classes"].rows]
        self.painters["classes"].label = names[index] if index < len(names) else ""

    def _stroked(self, table: Table, text: str) -> None:
        """Show the points at once; the project has them a moment later."""
        self._preview(table)
        self._verbs.paint(table, text)

    def _ended(self) -> None:
        self._verbs.end_stroke()
        project = self._verbs.project
        if not self._verbs.is_pausing:
            self.show_project(project)
            self.restore(project)

    def restore(self, project: Project) -> None:
        """Show the points of the project again."""
        if isinstance(project.spec.data.source, PaintedData) and project.spec.data.source.classes:
            self.map.setPoints(plane_points(project, with_test=True))

    def _preview(self, table: Table) -> None:
        x, y = (np.asarray(column.values, np.float64) for column in table.columns[:2])
        if len(table.columns) < 3:
            self.fit.setData(x, y)
            return
        names = [row.text() for row in self.tools["classes"].rows]
        words = table.columns[2].values
        truth = np.zeros(len(x))
        for index, name in enumerate(names):
            truth[words == name] = index
        self.map.setPoints(Points(x, y, truth, np.ones(len(x), np.bool_)))
