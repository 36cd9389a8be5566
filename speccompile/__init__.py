"""speccompile: specs in, proved deployment artifacts out."""

__version__ = "0.1.0"
