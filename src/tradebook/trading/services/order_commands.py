"""From a request to a command: with the instrument's rules, the price seen, and who watches the trigger."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tradebook.kernel.errors import InvalidInput, Refused, Unavailable
from tradebook.kernel.ids import AccountId, Asset, InstrumentId, OrderId
from tradebook.market.ports import MarketData
from tradebook.market.values import Instrument
from tradebook.trading.commands import PlaceOrder, ReplaceOrder
from tradebook.trading.model import order_id_of
from tradebook.trading.orders import OrderTerms, PriceSeen, RestsAt, TimeInForce
from tradebook.trading.ports import Capabilities
from tradebook.trading.services.known_accounts import AccountFacts
from tradebook.trading.services.requests import (
    OrderRequest,
    ReplaceRequest,
    decimal_of,
    exit_change,
    terms_of,
)

_AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})


class OrderCommands:
    """Adds to a wish what deciding on it needs, so that deciding looks nothing up."""

    def __init__(self, market: MarketData, venues: Mapping[str, Capabilities]) -> None:
        self._market = market
        self._venues = venues

    def place(self, request: OrderRequest, facts: AccountFacts) -> PlaceOrder:
        """Raises InvalidInput, or Refused where the account's venue cannot do it."""
        terms = terms_of(request)
        instrument = self.instrument(terms.instrument_id)
        _require_tradable(instrument, facts)
        account_id = AccountId(request.account_id)
        return PlaceOrder(
            account_id=account_id,
            at=self._market.now(),
            order_id=order_id_of(account_id, terms.client_order_id),
            terms=terms,
            instrument=instrument,
            seen=self.seen(instrument),
            rests_at=self._rests_at(terms, instrument, facts.venue),
            quote_rate=self.quote_rate(instrument, facts.base_asset),
        )

    def replace(
        self,
        account_id: AccountId,
        facts: AccountFacts,
        order_id: OrderId,
        instrument_id: InstrumentId,
        request: ReplaceRequest,
    ) -> ReplaceOrder:
        """Raises InvalidInput."""
        instrument = self.instrument(instrument_id)
        return ReplaceOrder(
            account_id=account_id,
            at=self._market.now(),
            order_id=order_id,
            instrument=instrument,
            seen=self.seen(instrument),
            quote_rate=self.quote_rate(instrument, facts.base_asset),
            quantity=decimal_of(request.quantity, "quantity"),
            price=decimal_of(request.price, "price"),
            stop_price=decimal_of(request.stop_price, "stop_price"),
            take_profit=exit_change(request.take_profit, "take_profit"),
            stop_loss=exit_change(request.stop_loss, "stop_loss"),
        )

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        """The instrument's rules. Raises InvalidInput where it is not known."""
        instrument = self._market.instrument(instrument_id)
        if instrument is None:
            raise InvalidInput(
                "instrument",
                f"{instrument_id!r} is not known",
                "take one of GET /v1/instruments",
                code="unknown_instrument",
            )
        return instrument

    def seen(self, instrument: Instrument) -> PriceSeen | None:
        """The newest prices: best bid and ask, and the last print, each standing in for the other."""
        quote = self._market.quote(instrument.instrument_id)
        trade = self._market.last_trade(instrument.instrument_id)
        newest = trade if quote is None or (trade is not None and trade.at > quote.at) else quote
        if newest is None:
            return None
        if trade is not None:
            last = trade.price
        elif quote is not None:
            last = (quote.bid + quote.ask) / 2
        return PriceSeen(
            bid=last if quote is None else quote.bid,
            ask=last if quote is None else quote.ask,
            last=last,
            source=instrument.venue,
            at=newest.at,
            sequence=newest.sequence,
            quoted_at=None if quote is None or quote is newest else quote.at,
        )

    def quote_rate(self, instrument: Instrument, base_asset: Asset) -> Decimal | None:
        """What a unit of the quote asset is worth in the account's base asset, where they differ."""
        if instrument.quote_asset == base_asset:
            return None
        return self._market.rate(instrument.quote_asset, base_asset)

    def _rests_at(self, terms: OrderTerms, instrument: Instrument, venue: str) -> RestsAt:
        of_venue = self._venues.get(venue)
        if of_venue is None:
            raise Unavailable(
                "venue_unavailable", f"Venue {venue!r} is not connected here.", {"venue": venue}
            )
        capabilities = of_venue.of(instrument)
        if terms.time_in_force in _AT_ONCE and terms.time_in_force not in capabilities.times_in_force:
            raise _cannot(venue, f"time_in_force {terms.time_in_force.value}")
        if terms.post_only and not capabilities.post_only:
            raise _cannot(venue, "post_only")
        return capabilities.rests_at(terms)


def _require_tradable(instrument: Instrument, facts: AccountFacts) -> None:
    if instrument.is_derivative and instrument.contract is None:
        raise Refused(
            "derivative",
            "It is not known here how it is settled: its prices are shown, and it is not traded.",
            {"instrument": instrument.instrument_id},
        )
    if not facts.paper and instrument.venue != facts.venue:
        raise Refused(
            "instrument_of_other_venue",
            f"The account trades at {facts.venue}, and {instrument.instrument_id} is of {instrument.venue}.",
            {"venue": facts.venue, "instrument": instrument.instrument_id},
        )


def _cannot(venue: str, what: str) -> Refused:
    return Refused("venue_cannot", f"Venue {venue!r} does not know {what}.", {"venue": venue, "what": what})
