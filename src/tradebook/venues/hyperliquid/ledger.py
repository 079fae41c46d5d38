"""What moves an account's money beside trading, funding and staking: deposits, transfers, vaults, rewards.

Each amount is signed from the side of the account, ``owner``'s address.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals
(non-funding ledger updates)
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

import msgspec
import structlog

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.pages import Page
from tradebook.venues.hyperliquid.reading import VENUE, decode, time_of
from tradebook.venues.hyperliquid.symbols import USDC
from tradebook.venues.hyperliquid.wallets import PERP, SPOT, Move, changes, wallet_of_dex
from tradebook.venues.messages.account import BalanceChange, BalanceReason

log = structlog.get_logger("tradebook.venues")

_WHAT = "userNonFundingLedgerUpdates"


class Delta(msgspec.Struct, frozen=True, tag_field="type", rename="camel"):
    """One kind of change."""

    def __post_init__(self) -> None:
        require_finite(self)


class Deposit(Delta, frozen=True, tag="deposit"):
    usdc: Decimal


class Withdrawal(Delta, frozen=True, tag="withdraw"):
    """The bridge pays out what the fee leaves of ``usdc``."""

    usdc: Decimal
    fee: Decimal


class ClassTransfer(Delta, frozen=True, tag="accountClassTransfer", rename="camel"):
    """Between the account's own spot and perpetual wallets."""

    usdc: Decimal
    to_perp: bool


class InternalTransfer(Delta, frozen=True, tag="internalTransfer"):
    usdc: Decimal
    user: str
    destination: str
    fee: Decimal


class SubAccountTransfer(Delta, frozen=True, tag="subAccountTransfer"):
    usdc: Decimal
    user: str
    destination: str


class SpotTransfer(Delta, frozen=True, tag="spotTransfer", rename="camel"):
    """``fee`` is in ``fee_token``, USDC where that is empty; ``native_token_fee`` in the token itself."""

    token: str
    amount: Decimal
    user: str
    destination: str
    fee: Decimal
    fee_token: str = ""
    native_token_fee: Decimal = ZERO


class Send(Delta, frozen=True, tag="send", rename="camel"):
    """Between wallets of one or two accounts: a dex each, empty for the venue's own, or ``spot``."""

    token: str
    amount: Decimal
    user: str
    destination: str
    source_dex: str
    destination_dex: str
    fee: Decimal
    fee_token: str = ""
    native_token_fee: Decimal = ZERO


class SpotGenesis(Delta, frozen=True, tag="spotGenesis"):
    token: str
    amount: Decimal


class RewardsClaim(Delta, frozen=True, tag="rewardsClaim"):
    token: str
    amount: Decimal


class DeployGasAuction(Delta, frozen=True, tag="deployGasAuction"):
    token: str
    amount: Decimal


class StakingTransfer(Delta, frozen=True, tag="cStakingTransfer", rename="camel"):
    token: str
    amount: Decimal
    is_deposit: bool


class VaultCreate(Delta, frozen=True, tag="vaultCreate"):
    usdc: Decimal
    fee: Decimal


class VaultDeposit(Delta, frozen=True, tag="vaultDeposit"):
    vault: str
    usdc: Decimal


class VaultDistribution(Delta, frozen=True, tag="vaultDistribution"):
    vault: str
    usdc: Decimal


class VaultWithdraw(Delta, frozen=True, tag="vaultWithdraw", rename="camel"):
    vault: str
    net_withdrawn_usd: Decimal


class VaultLeaderCommission(Delta, frozen=True, tag="vaultLeaderCommission"):
    usdc: Decimal


class LiquidationNotice(Delta, frozen=True, tag="liquidation"):
    """That positions were taken; what it cost is in the fills."""


AnyDelta = (
    Deposit
    | Withdrawal
    | ClassTransfer
    | InternalTransfer
    | SubAccountTransfer
    | SpotTransfer
    | Send
    | SpotGenesis
    | RewardsClaim
    | DeployGasAuction
    | StakingTransfer
    | VaultCreate
    | VaultDeposit
    | VaultDistribution
    | VaultWithdraw
    | VaultLeaderCommission
    | LiquidationNotice
)


class _Timed(msgspec.Struct, frozen=True):
    time: int


class LedgerLine(msgspec.Struct, frozen=True):
    """When and by which transaction something changed."""

    time: int
    hash: str
    delta: AnyDelta


def decode_ledger(data: bytes, *, owner: str) -> Sequence[BalanceChange]:
    """The answer to ``userNonFundingLedgerUpdates``.

    Raises UndecodableFrame, for a kind that is not known too: money that moved is never left out.
    """
    return changes_of(decode(data, list[LedgerLine], _WHAT), owner)


def decode_ledger_page(data: bytes, *, owner: str) -> Page[BalanceChange]:
    """The same, page by page. A kind of line that is not known yet hides none of the others: what it moved is
    found as a difference of balances. Raises UndecodableFrame.
    """
    lines = decode(data, list[msgspec.Raw], _WHAT)
    times = [decode(bytes(each), _Timed, _WHAT).time for each in lines]
    known = [line for each in lines if (line := _line_of(bytes(each))) is not None]
    return Page(changes_of(known, owner), len(lines), time_of(max(times)) if times else None)


def _line_of(data: bytes) -> LedgerLine | None:
    try:
        return decode(data, LedgerLine, _WHAT)
    except UndecodableFrame as error:
        log.warning("venue_transfer_not_understood", venue=VENUE, detail=error.detail)
        return None


def changes_of(lines: Sequence[LedgerLine], owner: str) -> Sequence[BalanceChange]:
    """Ledger updates as what they moved for the owner."""
    return [
        change
        for line in lines
        for change in changes(_moves(line.delta, owner.lower()), transaction=line.hash, at=time_of(line.time))
    ]


def _moves(delta: AnyDelta, owner: str) -> Sequence[Move]:
    match delta:
        case Deposit():
            return [Move(USDC, delta.usdc, BalanceReason.DEPOSIT, PERP)]
        case Withdrawal():
            return [Move(USDC, -delta.usdc, BalanceReason.WITHDRAWAL, PERP, fee=delta.fee)]
        case InternalTransfer() | SubAccountTransfer():
            fee = delta.fee if isinstance(delta, InternalTransfer) else ZERO
            return _between(delta, owner, USDC, delta.usdc, (PERP, PERP), [(USDC, fee)])
        case ClassTransfer():
            wallets = (SPOT, PERP) if delta.to_perp else (PERP, SPOT)
            return _sent(USDC, delta.usdc, wallets[0], []) + _received(USDC, delta.usdc, wallets[1])
        case SpotTransfer():
            return _token_transfer(delta, owner, (SPOT, SPOT))
        case Send():
            return _token_transfer(
                delta, owner, (wallet_of_dex(delta.source_dex), wallet_of_dex(delta.destination_dex))
            )
        case SpotGenesis() | RewardsClaim():
            return [Move(Asset(delta.token), delta.amount, BalanceReason.REWARD, SPOT)]
        case DeployGasAuction():
            return [Move(Asset(delta.token), -delta.amount, BalanceReason.FEE, SPOT)]
        case StakingTransfer():
            amount = -delta.amount if delta.is_deposit else delta.amount
            return _received(Asset(delta.token), amount, SPOT)
        case _:
            return _vault_moves(delta, owner)


def _vault_moves(
    delta: VaultCreate
    | VaultDeposit
    | VaultDistribution
    | VaultWithdraw
    | VaultLeaderCommission
    | LiquidationNotice,
    owner: str,
) -> list[Move]:
    """A vault is an account too, and sees the same from the other side."""
    match delta:
        case VaultCreate():
            return _sent(USDC, delta.usdc, PERP, [(USDC, delta.fee)])
        case VaultDeposit():
            is_vault = delta.vault.lower() == owner
            return _received(USDC, delta.usdc if is_vault else -delta.usdc, PERP)
        case VaultDistribution():
            is_vault = delta.vault.lower() == owner
            return _received(USDC, -delta.usdc if is_vault else delta.usdc, PERP)
        case VaultWithdraw():
            is_vault = delta.vault.lower() == owner
            return _received(USDC, -delta.net_withdrawn_usd if is_vault else delta.net_withdrawn_usd, PERP)
        case VaultLeaderCommission():
            return [Move(USDC, delta.usdc, BalanceReason.REWARD, PERP)]
        case LiquidationNotice():
            return []
        case _:
            assert_never(delta)


Fees = Sequence[tuple[Asset, Decimal]]


def _token_transfer(delta: SpotTransfer | Send, owner: str, wallets: tuple[str, str]) -> list[Move]:
    token = Asset(delta.token)
    fees = [(Asset(delta.fee_token or USDC), delta.fee), (token, delta.native_token_fee)]
    return _between(delta, owner, token, delta.amount, wallets, fees)


def _between(  # noqa: PLR0917 - a transfer: whose, of what, how much, from and to where, at what cost
    delta: InternalTransfer | SubAccountTransfer | SpotTransfer | Send,
    owner: str,
    asset: Asset,
    amount: Decimal,
    wallets: tuple[str, str],
    fees: Fees,
) -> list[Move]:
    """Both sides where it went from one wallet of the owner to another; whoever sends pays the fees."""
    moves = []
    if delta.user.lower() == owner:
        moves += _sent(asset, amount, wallets[0], fees)
    if delta.destination.lower() == owner:
        moves += _received(asset, amount, wallets[1])
    return moves


def _sent(asset: Asset, amount: Decimal, wallet: str, fees: Fees) -> list[Move]:
    return [
        Move(asset, -amount, BalanceReason.TRANSFER, wallet),
        *(Move(token, -fee, BalanceReason.FEE, wallet) for token, fee in fees),
    ]


def _received(asset: Asset, amount: Decimal, wallet: str) -> list[Move]:
    return [Move(asset, amount, BalanceReason.TRANSFER, wallet)]
