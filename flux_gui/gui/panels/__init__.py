"""Panels: the parts of the main window. A panel shows a project and calls the controller; no panel knows another."""
