"""People, parties, sessions, keys and roles."""
