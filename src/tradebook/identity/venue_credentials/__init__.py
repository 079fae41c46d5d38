"""What opens an account at a venue: sealed in a table of its own, named by id in the journal."""
