"""Bybit's frames and answers as they are on the wire. Fields that we have no use for are left out."""
