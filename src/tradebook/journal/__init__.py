"""The event store: the one chronological record that everything else is read from."""
