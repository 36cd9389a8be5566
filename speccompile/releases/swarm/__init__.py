"""A swarm as a place that releases are deployed to: it updates, watches and rolls back by itself, and is asked what came of it."""
