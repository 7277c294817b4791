"""The table of rows and what is beside it: cells, header with histograms, order, statistics and pictures of columns."""
