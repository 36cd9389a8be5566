"""Shared hosts: one nginx in front of the applications of many owners, a registry of them, and how one is added, removed and listed."""
