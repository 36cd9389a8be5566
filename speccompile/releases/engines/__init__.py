"""What each engine is told: pure functions that give argument vectors, one module an engine."""
