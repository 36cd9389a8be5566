"""Go with modules."""
