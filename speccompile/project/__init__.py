"""A read-only view of the source tree: what files exist and what they say."""
