"""Readers of the formats that are generated, each written after the format's own specification."""
