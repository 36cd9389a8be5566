"""Sessions with a request counter, kept in Redis."""
