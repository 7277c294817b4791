"""CSV: one parameter per row, columns layer,name,row,column,value, nine digits. Numbers only, without the preparation."""

import csv
import io

import numpy as np

from flux_gui.exporters.contents import Exportable, parameters, statistics


def write_csv(project: Exportable) -> bytes:
    """Return parameters and running statistics as CSV text.

    A weight's row is its output, its column its input; everything else is all in column 0.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["layer", "name", "row", "column", "value"])
    for key, array in {**parameters(project), **statistics(project)}.items():
        _, layer, name = key.split(".", 2)
        table = array if array.ndim == 2 else array[:, np.newaxis]
        writer.writerows([layer, name, row, column, f"{value:.9g}"] for (row, column), value in np.ndenumerate(table))
    return stream.getvalue().encode()
