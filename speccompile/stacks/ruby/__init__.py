"""Ruby, with Bundler or without it."""
