"""Servers on loopback that speak as venues do, over a market of our own making: to try and to prove against.

What a venue says is put together here without any of the code that reads it: a mistake in one would
otherwise hide the same mistake in the other.
"""
