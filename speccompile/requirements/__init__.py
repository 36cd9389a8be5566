"""What sentences demand of a system as it runs: language in, typed requirements out. Knows no engine and no platform."""
