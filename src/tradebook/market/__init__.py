"""Instruments, feeds, quotes, candles, prices and their history."""
