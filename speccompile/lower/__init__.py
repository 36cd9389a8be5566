"""Spec and facts → Plan. One rule module a concern; ``rules.RULES`` is the order in which they apply."""
