"""Data: tables, readers, generators, and the preparation that turns columns into arrays for the network."""
