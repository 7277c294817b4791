"""Dialogs: every one is opened without blocking; the service below is the only door to file and question dialogs."""
