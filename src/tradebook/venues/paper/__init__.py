"""A venue of our own that fills against the live or replayed market."""
