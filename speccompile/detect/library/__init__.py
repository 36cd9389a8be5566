"""A library's sources → what of them is published, in values."""
