"""Views of the trading room: rows folded from the journal, and the queries on them."""
