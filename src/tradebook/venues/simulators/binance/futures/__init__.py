"""Binance's USD-M futures, as its documentation tells them."""
