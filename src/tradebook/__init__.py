"""Tradebook: trade, automate and account for everything you own, in one book that can prove itself."""

__version__ = "0.1.0"
