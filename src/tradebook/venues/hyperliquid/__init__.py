"""Hyperliquid: perpetuals, those of builder-deployed dexs too, and spot. Wire in, our words out, and back.

Sources: https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api
"""
