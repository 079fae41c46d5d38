"""The only place where rooms and infrastructure are wired together."""
