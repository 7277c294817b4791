"""The picture of the network: nodes in columns, edges coloured by weight, and the controls that change it."""

from flux_gui.gui.diagram.network_view import NetworkView
from flux_gui.gui.diagram.picture import LayerPicture, NetworkPicture, StepPicture

__all__ = ["LayerPicture", "NetworkPicture", "NetworkView", "StepPicture"]
