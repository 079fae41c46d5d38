"""What keeps us connected to venues, the same for all: sockets, limits, books in step. Knows no venue."""
