"""Bybit, API v5: spot, linear (USDT and USDC) and inverse contracts; options only as far as they are listed.

One symbol may name two instruments (``BTCUSDT`` is a pair on spot and a perpetual in linear), so everything
private is read against the list of its category. Rules come from https://bybit-exchange.github.io/docs/v5.
"""
