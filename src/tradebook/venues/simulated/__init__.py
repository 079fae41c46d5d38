"""A market of our own: seeded, realistic, without a network."""
