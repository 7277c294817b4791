"""Plots: cards with a title, labelled axes and calm ranges, drawn with pyqtgraph in the theme's colours."""

from flux_gui.gui.plots.confusion_view import ConfusionView
from flux_gui.gui.plots.fit_plot import FitPlot
from flux_gui.gui.plots.loss_plot import LossPlot
from flux_gui.gui.plots.map_plot import MapPlot
from flux_gui.gui.plots.parameters_plot import ParametersPlot
from flux_gui.gui.plots.scatter_plot import ScatterPlot

__all__ = ["ConfusionView", "FitPlot", "LossPlot", "MapPlot", "ParametersPlot", "ScatterPlot"]
