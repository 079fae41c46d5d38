"""Binance's spot market, as its documentation tells it."""
