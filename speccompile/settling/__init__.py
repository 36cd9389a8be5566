"""Settling: what is proposed for assertions about which something is open, and how a decision is written into the specs."""
