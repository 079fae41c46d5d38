"""A pure order book and its matching: price-time priority."""
