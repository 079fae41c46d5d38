"""``tradebook venue-sim``: a venue to try things against, on this machine."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import typer

from tradebook.cli.errors import CommandFailed
from tradebook.cli.options import Json
from tradebook.cli.server import tell
from tradebook.cli.wiring import bootstrap, run
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.money import parse_decimal

BALANCES = ("USDT=100000", "BTC=1", "ETH=10")
BALANCES_AT_HYPERLIQUID = ("USDC=100000", "UBTC=1", "UETH=10")
SENTENCES = {
    "ready": "The simulated venue is at {url}",
    "key": "Its account: API key {api_key}, secret {api_secret}",
    "agent": "Its account: wallet {wallet_address}, agent key {agent_key}",
}


class SimulatedVenueName(StrEnum):
    """Which there are."""

    BINANCE = "binance"
    BYBIT = "bybit"
    HYPERLIQUID = "hyperliquid"


def venue_sim(
    *,
    venue: Annotated[SimulatedVenueName, typer.Option(help="As whom to speak.")] = SimulatedVenueName.BINANCE,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 9001,
    seed: Annotated[int, typer.Option(help="Of the market.")] = 1,
    api_key: Annotated[str, typer.Option(help="Of the account; without one a pair is made and told.")] = "",
    api_secret: Annotated[
        str,
        typer.Option(
            envvar="TRADEBOOK_VENUE_SIM_SECRET",
            help="What the key is proved with: a secret, or a public key (Ed25519, RSA) in PEM.",
        ),
    ] = "",
    balance: Annotated[
        list[str] | None, typer.Option(help=f"ASSET=AMOUNT, again for each. Otherwise {', '.join(BALANCES)}.")
    ] = None,
    can_withdraw: Annotated[bool, typer.Option("--can-withdraw", help="Let the key withdraw.")] = False,
    faults: Annotated[
        str, typer.Option(metavar="SEED:RATE", help="Let that part of all requests and frames go wrong.")
    ] = "",
    stream_faults: Annotated[
        float, typer.Option(min=0, max=60, help="With --faults: how many a minute each public stream has.")
    ] = 0.05,
    clock_skew: Annotated[float, typer.Option(help="Seconds that its clock is ahead of ours.")] = 0.0,
    as_json: Json = False,
) -> None:
    """Serve a simulated venue on loopback: its markets, and an account on them.

    At Hyperliquid --api-key is a wallet's address, --api-secret the key of an agent that it has approved.
    """
    if bool(api_key) != bool(api_secret):
        raise CommandFailed("a key without its secret proves nothing", "Give --api-key and --api-secret.")
    if api_key and not api_key.isalnum():
        raise CommandFailed("a key has letters and digits only", "Give another --api-key.")
    usual = BALANCES_AT_HYPERLIQUID if venue is SimulatedVenueName.HYPERLIQUID else BALANCES
    simulation = bootstrap().simulate_venue(
        venue=venue.value,
        port=port,
        seed=seed,
        key_pair=(api_key, api_secret) if api_key else None,
        can_withdraw=can_withdraw,
        balances=dict(_balance(each) for each in balance or usual),
        faults=_faults(faults) if faults else None,
        stream_faults=stream_faults,
        clock_skew_s=clock_skew,
        on_milestone=tell(SENTENCES, as_json=as_json),
    )
    run(simulation)


def _balance(text: str) -> tuple[str, Decimal]:
    asset, _, amount = text.partition("=")
    try:
        read = parse_decimal(amount, field="balance")
    except InvalidInput:
        read = Decimal(-1)
    if not asset.isalnum() or read < 0:
        raise CommandFailed(f"{text!r} is no balance", "Write it like USDT=100000.")
    return asset.upper(), read


def _faults(text: str) -> tuple[int, float]:
    seed, _, rate = text.partition(":")
    try:
        read = int(seed), float(rate)
    except ValueError:
        read = 0, -1.0
    if not 0 <= read[1] <= 1:
        raise CommandFailed(f"{text!r} says no faults", "Write a seed and a rate like 7:0.05.")
    return read
