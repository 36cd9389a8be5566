"""Text to a located tree to a Spec: one reader for each input format."""
