"""What everything else stands on: errors, registries, paths. Standard library and platformdirs only."""
