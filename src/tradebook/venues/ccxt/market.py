"""One exchange of the long tail: what it lists, its pace, its clock, and who asks it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from weakref import WeakSet

import structlog

from tradebook.kernel.clock import Clock
from tradebook.venues.ccxt.exchange import make_exchange
from tradebook.venues.ccxt.problems import in_our_words
from tradebook.venues.ccxt.profiles import profile_of
from tradebook.venues.ccxt.symbols import decode_markets
from tradebook.venues.ccxt.transport import Transport
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.sockets import Connector
from tradebook.venues.connections.venue_clock import VenueClock
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument
from tradebook.venues.symbols import SymbolTable

log = structlog.get_logger("tradebook.venues")

ABSENT_FOR = timedelta(minutes=10)
"""What the exchange did not list is not looked for again so soon."""


class CcxtMarket:
    """What all accounts at one exchange share. ``urls`` is where another server speaks as it does."""

    def __init__(
        self,
        exchange_id: str,
        http: Http,
        clock: Clock,
        *,
        sockets: Connector | None = None,
        urls: Mapping[str, Any] | None = None,
    ) -> None:
        """Without ``sockets`` everything is asked for.

        Raises InvalidInput where ccxt is not installed or does not know the exchange.
        """
        self.exchange_id = exchange_id
        self.profile = profile_of(exchange_id)
        self.name = f"{self.profile.name} (ccxt)"
        self.clock = clock
        self.transport = Transport(exchange_id, http, clock, sockets)
        self.symbols = SymbolTable()
        self._urls = urls or {}
        self._is_deaf = False
        self._others: WeakSet[Any] = WeakSet()
        """Clients that know what ours knows of the listing, for as long as anybody has them."""
        self._absent: dict[str, datetime] = {}
        """When the list last did not have a symbol."""
        self.client = self._new_client({}, str)
        self.venue_clock = VenueClock(exchange_id, clock, self._server_time)
        self._tells_time = bool(self.client.has.get("fetchTime"))
        self.transport.keep_time_by(self.venue_clock)

    def client_of(self, secrets: Mapping[str, str], *, number: type[str | Decimal] = str) -> Any:
        """Another client of the exchange, with secrets by ccxt's names for them. What is listed it knows as
        soon as we do, and anew whenever it is asked for.

        ``number`` is what it makes of numbers: decimals where it has to sort by them, as in books.
        """
        client = self._new_client(secrets, number)
        self._others.add(client)
        self._share_listing(client)
        return client

    def _new_client(self, secrets: Mapping[str, str], number: type[str | Decimal]) -> Any:
        client = make_exchange(
            self.exchange_id, self.transport, secrets=secrets, options=self.profile.options, number=number
        )
        if self._urls:
            client.urls["api"] = {**client.urls["api"], **self._urls}
        return client

    def _share_listing(self, client: Any) -> None:
        if self.client.markets:
            client.set_markets_from_exchange(self.client)

    @property
    def is_listening(self) -> bool:
        """Whether its prices are listened to."""
        return not self._is_deaf and self.tells("watchOrderBook", "watchTrades")

    def stop_listening(self, why: Exception) -> None:
        """Its prices are asked for from now on: the exchange, or ccxt, has refused a stream of them."""
        if not self._is_deaf:
            log.warning("prices_are_asked_for", venue=self.exchange_id, reason=str(why))
        self._is_deaf = True

    def tells(self, *streams: str) -> bool:
        """Whether the exchange has streams by these of ccxt's names, and they are read here."""
        return self.transport.listens and self.profile.streams and all(map(self.client.has.get, streams))

    async def list_instruments(self) -> Sequence[ListedInstrument]:
        """What is listed on spot; everything else it has is not traded through ccxt.

        Raises ConnectionError, TimeoutError, VenueRefusal or VenueBusy.
        """
        markets = await self.ask(lambda client: client.fetch_markets())
        spot = [each for each in markets if each.get("type") == InstrumentKind.SPOT.value]
        listed, unreadable = decode_markets(spot, self.exchange_id, self.client.precisionMode)
        if unreadable:
            log.warning("venue_lists_what_is_not_understood", venue=self.exchange_id, first=unreadable[0])
        self.client.set_markets([*markets, *self._no_longer_in(markets)])
        for each in self._others:
            self._share_listing(each)
        self.symbols.take(listed)
        return listed

    def lists(self, symbol: str) -> bool:
        """Whether it is listed on spot, or was while we ran."""
        try:
            self.symbols.instrument_of(symbol)
        except KeyError:
            return False
        return True

    async def looks_for(self, symbols: Iterable[str]) -> bool:
        """Whether the list was asked for anew, which is done where it has lacked one of the symbols for long:
        what is told of them means something else then. Raises as asking for the list.
        """
        now, listed = self.clock.now(), self.client.markets or {}
        absent = {each for each in symbols if each not in listed}
        if all(each in self._absent and now - self._absent[each] < ABSENT_FOR for each in absent):
            return False
        await self.list_instruments()
        self._absent |= dict.fromkeys(absent, now)
        return True

    def _no_longer_in(self, markets: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """What was listed and is not: orders and fills of it can still be asked for, as long as no other has
        its id.
        """
        symbols, ids = ({each[name] for each in markets} for name in ("symbol", "id"))
        known = (self.client.markets or {}).values()
        return [each for each in known if each["symbol"] not in symbols and each["id"] not in ids]

    async def keep_time(self) -> None:
        """Measure by how much the exchange's clock differs, where it tells the time and it is due."""
        if self._tells_time and self.venue_clock.is_due:
            await self.venue_clock.measure()

    async def measure(self) -> None:
        """The same, at once: the exchange has complained of a request's time."""
        if self._tells_time:
            await self.venue_clock.measure()

    async def _server_time(self) -> datetime:
        told = await self.ask(lambda client: client.fetch_time())
        if not isinstance(told, int):
            raise ConnectionError(f"{self.exchange_id}: it does not say what time it is")
        return datetime.fromtimestamp(told / 1000, UTC)

    async def ask(self, call: Callable[[Any], Awaitable[Any]]) -> Any:
        """What anybody may ask. Raises ConnectionError, TimeoutError, VenueRefusal or VenueBusy."""
        return await in_our_words(lambda: call(self.client), self.transport, lambda text: text)

    async def leave_room(self) -> None:
        """For as long as a question has taken of the exchange's attention, let others ask."""
        await self.clock.sleep(2 * float(self.client.rateLimit) / 1000)
