"""The long tail: any exchange that ccxt knows, behind the same ports as the adapters of our own.

ccxt writes and signs requests and reads answers; nothing else is left to it. What is sent goes over our own
transport, within its bounds of time, size and pace, by our clock. Numbers stay texts until they are decimals.
"""
