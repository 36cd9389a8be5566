"""Artifacts' text + plan → diagnostics. The readers here know nothing of the emitters."""
