"""What people change about generated files: their patches are applied to what was emitted, and what comes of it is read back."""
