"""Hyperliquid's own perpetuals and spot, as its documentation tells them."""
