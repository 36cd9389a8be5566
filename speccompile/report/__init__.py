"""A report about a compilation: what the system is, what became of each assertion, and what changed. Values in, text out."""
