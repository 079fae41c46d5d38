"""``python -m tests.simulation --seed N [--at VENUE] [--trace]``: one run again, exactly as it was."""

from __future__ import annotations

import argparse
import logging
import time

import structlog

from tests.simulation import at_contracts, at_venue, world

VENUES = ("paper", *at_venue.DESKS, *at_contracts.DESKS)
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--count", type=int, default=1, help="how many seeds from there on")
parser.add_argument("--at", choices=VENUES, default="paper", help="at which venue")
parser.add_argument("--trace", action="store_true", help="say what happens")
arguments = parser.parse_args()
if not arguments.trace:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

for seed in range(arguments.seed, arguments.seed + arguments.count):
    started = time.perf_counter()
    trace = print if arguments.trace else lambda _: None
    if arguments.at == "paper":
        orders = len(world.run(seed, trace).acknowledged)
    elif arguments.at in at_contracts.DESKS:
        orders = len(at_contracts.run(arguments.at, seed, trace).placed)
    else:
        orders = len(at_venue.run(arguments.at, seed, trace).placed)
    print(f"seed {seed}: {orders} orders, {time.perf_counter() - started:.2f} s")
