"""Binance, spot and USD-M futures: its wire in, our words out; our orders in, signed requests out. Pure."""
