"""The agent of a host: it reads the current release from its store, and makes this machine run what that says is its own."""
