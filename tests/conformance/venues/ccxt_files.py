"""Which recorded payload is read how, and which say nothing for us."""

from __future__ import annotations

from tests.conformance.venues.ccxt_cases import (
    Read,
    ask,
    balances,
    book,
    cancelled,
    candles,
    frame,
    frame_of_balances,
    frame_of_book,
    frame_of_candles,
    frame_of_ticker,
    listing,
    of_fill,
    of_funding,
    of_order,
    of_position,
    of_print,
    parsed,
    placed,
    products,
    tickers,
    time_of,
)
from tests.support.ccxt_recorded import read

_OKX_ORDER_FRAMES = ("", "_adl", "_fok", "_ioc", "_liquidation", "_optimal_limit_ioc", "_trigger", "_option")

OKX: dict[str, Read] = {
    "http_get_account_balance": balances("okx"),
    "http_get_candlesticks": candles("okx", "BTC/USDT"),
    "http_get_candlesticks_full": candles("okx", "BTC/USDT"),
    "http_get_funding_rate_history": ask("okx", of_funding, "fetch_funding_rate_history", "BTC/USDT:USDT"),
    "http_get_instruments_futures": listing("okx", "future", method="fetch_markets_by_type"),
    "http_get_instruments_margin": listing("okx", "spot", method="fetch_markets_by_type"),
    "http_get_instruments_option": listing("okx", "future", method="fetch_markets_by_type"),
    "http_get_instruments_spot": listing("okx", "spot", method="fetch_markets_by_type"),
    "http_get_instruments_swap": listing("okx", "swap", method="fetch_markets_by_type"),
    "http_get_order_book": book("okx", "BTC/USDT"),
    "http_get_orders_history": ask("okx", of_order, "fetch_closed_orders"),
    "http_get_orders_pending": ask("okx", of_order, "fetch_open_orders"),
    "http_get_orders_pending_with_attached_tp_sl": ask("okx", of_order, "fetch_open_orders"),
    "http_get_orders_algo_pending": ask("okx", of_order, "fetch_open_orders"),
    "http_get_orders_algo_pending_attached_oco": ask("okx", of_order, "fetch_open_orders"),
    "http_get_orders_algo_pending_close_fraction": ask("okx", of_order, "fetch_open_orders"),
    "http_get_orders_algo_history": ask("okx", of_order, "fetch_open_orders"),
    "http_get_positions": ask("okx", of_position, "fetch_positions"),
    "http_get_trades": ask("okx", of_print, "fetch_trades", "BTC/USDT"),
    "http_place_algo_order_response": placed("okx", "BTC/USDT"),
    "http_place_algo_order_rejected": placed("okx", "BTC/USDT"),
    "http_place_order_response": placed("okx", "BTC/USDT"),
    "http_cancel_algo_order_response": cancelled("okx", "BTC/USDT"),
    "http_get_account_positions-history": ask("okx", of_position, "fetch_positions_history"),
    "http_transaction_detail": parsed("okx", of_fill, "parse_trade"),
    "http_transaction_detail_empty_fee": parsed("okx", of_fill, "parse_trade"),
    "ws_account": frame_of_balances("okx", "account"),
    "ws_account_empty": frame_of_balances("okx", "account"),
    "ws_bbo_tbt": frame_of_book("okx", "bbo-tbt:BTC/USDT"),
    "ws_books_snapshot": frame_of_book("okx", "books:BTC/USDT"),
    "ws_books_update": frame_of_book("okx", "books:BTC/USDT", read("okx/ws_books_snapshot.json")),
    "ws_candle": frame_of_candles("okx", "candle1D:BTC-USDT", "BTC/USDT", "1d"),
    "ws_orders_algo": frame("okx", "orders-algo", of_order),
    "ws_tickers": frame_of_ticker("okx", "bidask::BTC/USDT"),
    "ws_trades": frame("okx", "trades:BTC-USD", of_print),
    **{f"ws_orders{each}": frame("okx", "orders", of_order) for each in _OKX_ORDER_FRAMES},
}
COINBASE: dict[str, Read] = {
    "http_accounts": balances("coinbase"),
    "http_candles": candles("coinbase", "BTC/USD", "1h"),
    "http_fills": ask("coinbase", of_fill, "fetch_my_trades"),
    "http_order": lambda body: [ask("coinbase", of_order, "fetch_order", "1")(body)[0]],
    "http_orders_list": ask("coinbase", of_order, "fetch_open_orders"),
    "http_product": products("parse_spot_market"),
    "http_products": products("parse_spot_market"),
    "http_products_future": products("parse_contract_market"),
    "http_product_book": book("coinbase", "BTC/USD"),
    "http_ticker": ask("coinbase", of_print, "fetch_trades", "BTC/USD"),
    "ws_l2_data_snapshot": frame_of_book("coinbase", "level2::BTC/USD"),
    "ws_l2_data_update": frame_of_book(
        "coinbase", "level2::BTC/USD", read("coinbase/ws_l2_data_snapshot.json")
    ),
    "ws_market_trades": frame("coinbase", "market_trades::BTC/USD", of_print),
    "ws_ticker": frame_of_ticker("coinbase", "ticker::BTC/USD"),
    "ws_user": frame("coinbase", "user", of_order),
}
KRAKEN: dict[str, Read] = {
    "http_add_order_spot": placed("kraken", "BTC/USDT"),
    "http_asset_pairs": listing("kraken"),
    "http_asset_pairs_tokenized": listing("kraken"),
    "http_cancel_order_spot": cancelled("kraken", "BTC/USDT"),
    "http_closed_orders": ask("kraken", of_order, "fetch_closed_orders"),
    "http_ohlc": candles("kraken", "BTC/USDT"),
    "http_open_orders": ask("kraken", of_order, "fetch_open_orders"),
    "http_order_book": book("kraken", "BTC/USDT"),
    "http_server_time": time_of("kraken"),
    "http_spot_balance": balances("kraken"),
    "http_ticker": tickers("kraken", "fetch_ticker", "BTC/USDT"),
    "http_trades": ask("kraken", of_print, "fetch_trades", "BTC/USDT"),
    "http_trades_history": ask("kraken", of_fill, "fetch_my_trades"),
    "ws_book_snapshot": frame_of_book("kraken", "orderbook@BTC/USD"),
    "ws_book_update": frame_of_book("kraken", "orderbook@BTC/USD", read("kraken/ws_book_snapshot.json")),
    "ws_ohlc_update": frame_of_candles("kraken", "ohlcv@BTC/USD", "BTC/USD", "5m"),
    "ws_ticker_snapshot": frame_of_ticker("kraken", "ticker@BTC/USD"),
    "ws_trade_update": frame("kraken", "trade@BTC/USD", of_print),
}
KRAKEN_FUTURES: dict[str, Read] = {
    "http_cancel_order_futures": cancelled("krakenfutures", "BTC/USD:USD"),
    "http_futures_candles_mark": candles("krakenfutures", "BTC/USD:USD", "1h"),
    "http_futures_candles_spot": candles("krakenfutures", "BTC/USD:USD", "1h"),
    "http_futures_candles_trade": candles("krakenfutures", "BTC/USD:USD", "1h"),
    "http_futures_fills": ask("krakenfutures", of_fill, "fetch_my_trades"),
    "http_futures_historical_funding_rates": ask(
        "krakenfutures", of_funding, "fetch_funding_rate_history", "BTC/USD:USD"
    ),
    "http_futures_instrument_no_fee_schedule": listing("krakenfutures"),
    "http_futures_instruments": listing("krakenfutures"),
    "http_futures_open_orders": ask("krakenfutures", of_order, "fetch_open_orders"),
    "http_futures_open_positions": ask("krakenfutures", of_position, "fetch_positions"),
    "http_futures_orderbook": book("krakenfutures", "BTC/USD:USD"),
    "http_futures_public_executions": ask("krakenfutures", of_print, "fetch_trades", "BTC/USD:USD"),
    "http_futures_tickers": tickers("krakenfutures", "fetch_tickers"),
    "http_send_order_futures": placed("krakenfutures", "BTC/USD:USD"),
    "http_send_order_futures_unknown_trigger": placed("krakenfutures", "BTC/USD:USD"),
    "ws_futures_book_delta": frame_of_book(
        "krakenfutures", "orderbook:BTC/USD:BTC", read("kraken/ws_futures_book_snapshot.json")
    ),
    "ws_futures_book_snapshot": frame_of_book("krakenfutures", "orderbook:BTC/USD:BTC"),
    "ws_futures_book_snapshot_with_zero_qty": frame_of_book("krakenfutures", "orderbook:BTC/USD:BTC"),
    "ws_futures_fills_delta": frame("krakenfutures", "myTrades:ETH/USD:USD", of_fill),
    "ws_futures_fills_snapshot": frame("krakenfutures", "myTrades", of_fill),
    "ws_futures_open_orders_delta": frame("krakenfutures", "orders", of_order),
    "ws_futures_open_orders_delta_full_fill": frame("krakenfutures", "orders", of_order),
    "ws_futures_open_orders_snapshot": frame("krakenfutures", "orders", of_order),
    "ws_futures_ticker": frame_of_ticker("krakenfutures", "ticker:BTC/USD:BTC"),
    "ws_futures_trade": frame("krakenfutures", "trade:BTC/USD:BTC", of_print),
    "ws_futures_trade_snapshot": frame("krakenfutures", "trade:BTC/USD:BTC", of_print),
}
READ: dict[str, Read] = {
    f"{folder}/{name}.json": read
    for folder, table in (
        ("okx", OKX),
        ("coinbase", COINBASE),
        ("kraken", KRAKEN),
        ("kraken", KRAKEN_FUTURES),
    )
    for name, read in table.items()
}

_NO_ACCOUNT = "it is of an account that is not connected through ccxt: derivatives, margin or spreads"
_NOT_ASKED = "it is not asked for: no price that anything is valued at, and nothing of an account"
_ORDER_BY_ORDER = "books are taken by price; ccxt does not read those that are told order by order"
_NOT_SENT = "orders are sent over HTTP, so no such request is made and no such answer comes"
_NO_FIELDS = "it has no field of an order, fill, balance, position, price or instrument"

NOT_APPLIED = {
    "okx/common_optional_string_to_u64.json": _NO_FIELDS,
    "okx/http_balance_detail_new_fields.json": "a part of an answer about balances, which is read whole",
    "okx/http_balance_detail_old_fields.json": "a part of an answer about balances, which is read whole",
    "okx/http_get_index_price.json": _NOT_ASKED,
    "okx/http_get_mark_price.json": _NOT_ASKED,
    "okx/http_get_option_summary.json": _NOT_ASKED,
    "okx/http_get_position_tiers.json": _NO_ACCOUNT,
    "okx/http_get_spread_orders.json": _NO_ACCOUNT,
    "okx/http_get_spread_trades.json": _NO_ACCOUNT,
    "okx/http_get_spreads.json": _NO_ACCOUNT,
    "okx/http_get_trade_fee_response.json": "fees are told with each fill",
    "okx/http_set_position_mode_response.json": _NO_FIELDS,
    "okx/ws_funding_rate.json": _NO_ACCOUNT,
    "okx/ws_instruments.json": "what is listed is asked for, every quarter of an hour",
    "okx/ws_opt_summary.json": _NOT_ASKED,
    "okx/ws_sprd_orders.json": _NO_ACCOUNT,
    "coinbase/http_cfm_balance_summary.json": _NO_ACCOUNT,
    "coinbase/http_cfm_position.json": _NO_ACCOUNT,
    "coinbase/http_cfm_positions.json": _NO_ACCOUNT,
    "coinbase/ws_candles.json": "candles are made of the trades that are told",
    "coinbase/ws_heartbeats.json": _NO_FIELDS,
    "coinbase/ws_subscriptions.json": _NO_FIELDS,
    "kraken/http_futures_order_events.json": _NO_ACCOUNT,
    "kraken/http_futures_order_events_unknown.json": _NO_ACCOUNT,
    "kraken/http_spot_open_positions.json": _NO_ACCOUNT,
    "kraken/http_spot_trade_balance.json": _NO_ACCOUNT,
    "kraken/http_system_status.json": _NO_FIELDS,
    "kraken/ws_add_order_request.json": _NOT_SENT,
    "kraken/ws_add_order_response_failure.json": _NOT_SENT,
    "kraken/ws_add_order_response_success.json": _NOT_SENT,
    "kraken/ws_amend_order_request.json": _NOT_SENT,
    "kraken/ws_batch_add_request.json": _NOT_SENT,
    "kraken/ws_batch_add_response_partial.json": _NOT_SENT,
    "kraken/ws_cancel_order_request.json": _NOT_SENT,
    "kraken/ws_futures_open_orders_cancel.json": _NO_ACCOUNT,
    "kraken/ws_futures_open_orders_cancel_post_only.json": _NO_ACCOUNT,
    "kraken/ws_l3_snapshot.json": _ORDER_BY_ORDER,
    "kraken/ws_l3_update_add.json": _ORDER_BY_ORDER,
    "kraken/ws_l3_update_delete.json": _ORDER_BY_ORDER,
    "kraken/ws_l3_update_modify_price.json": _ORDER_BY_ORDER,
    "kraken/ws_l3_update_modify_qty.json": _ORDER_BY_ORDER,
    "kraken/ws_pong.json": _NO_FIELDS,
    "kraken/ws_subscribe_response.json": _NO_FIELDS,
}
"""Where the long tail has no use for a payload, and why."""
