"""Releases: what was deployed where, by whom and of what; where that is recorded; and how a release gets onto a platform."""
