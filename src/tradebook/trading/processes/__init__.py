"""Process managers: what trading does by itself, following the journal and the market."""
