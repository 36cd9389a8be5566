"""Which files git tracks, and which of them hold secrets. Asked by the fast path of ``check``: nothing costly may be imported here."""
