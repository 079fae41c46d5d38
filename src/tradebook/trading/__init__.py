"""Accounts, orders, positions, risk and execution: the core."""
