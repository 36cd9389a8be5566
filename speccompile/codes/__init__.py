"""Diagnostic codes, one module a family; ``families`` lists them. A command imports those of what it does, and not the others."""
