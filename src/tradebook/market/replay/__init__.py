"""Replaying recorded trades, quotes and bars."""
