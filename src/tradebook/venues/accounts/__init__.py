"""An account at a real venue: its requests, its stream, and how both become reports; the same everywhere."""
