"""`flux-gui bench`: microseconds per training step of five reference nets on this machine."""

import argparse

from flux_gui.cli import arguments
from flux_gui.cli.output import number, say, say_json
from flux_gui.runtime import bench

HELP = "time one training step of five reference nets"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    known = ", ".join(bench.NETS.names())
    parser.add_argument("--net", metavar="NAME", action="append", help=f"only this one of {known}; may be given again")
    parser.add_argument("--device", metavar="NAME", default="auto", help="auto, cpu, gpu or gpu:1 (auto)")
    usual, convert = bench.SECONDS, arguments.decimal("number of seconds")
    parser.add_argument("--seconds", metavar="S", type=convert, default=usual, help=f"how long each net is timed ({usual:g})")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Time the nets."""
    arguments.check_device(options.device)
    result = bench.run(options.net or (), options.seconds)
    if options.json:
        say_json(result)
        return 0
    for name, time in result["us_per_step"].items():
        net = bench.NETS.get(name)
        say(f"{name:<9}{number(time):>9} us per step   {net.formula}, batch {net.rows}, {net.optimiser}")
    say(f"{result['device']}, {result['threads']} thread{'s' * (result['threads'] != 1)}")
    return 0
