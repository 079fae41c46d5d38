"""``python -m tests.simulation --seed N [--at binance|ccxt] [--trace]``: one run again, exactly as it was."""

from __future__ import annotations

import argparse
import logging
import time

import structlog

from tests.simulation import at_binance, world
from tests.support.binance_account import Desk
from tests.support.ccxt_account import CcxtDesk

DESKS = {"binance": Desk, "ccxt": CcxtDesk}
"""What an account reaches the simulated Binance by: our own adapter, or that of the long tail."""

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--count", type=int, default=1, help="how many seeds from there on")
parser.add_argument("--at", choices=("paper", "binance", "ccxt"), default="paper", help="at which venue")
parser.add_argument("--trace", action="store_true", help="say what happens")
arguments = parser.parse_args()
if not arguments.trace:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

for seed in range(arguments.seed, arguments.seed + arguments.count):
    started = time.perf_counter()
    trace = print if arguments.trace else lambda _: None
    if arguments.at in DESKS:
        orders = len(at_binance.run(seed, trace, DESKS[arguments.at]).placed)
    else:
        orders = len(world.run(seed, trace).acknowledged)
    print(f"seed {seed}: {orders} orders, {time.perf_counter() - started:.2f} s")
