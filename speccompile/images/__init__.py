"""Build and push: pure commands, one runner."""
