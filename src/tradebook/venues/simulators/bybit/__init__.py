"""Bybit's spot and linear markets, as its documentation tells them."""
