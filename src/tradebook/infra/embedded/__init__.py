"""A real PostgreSQL and a real Redis, started for you from wheels."""
