"""PHP, with Composer or without it."""
