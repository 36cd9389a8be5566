"""Plan → artifacts: one module a target. They need the plan and nothing else."""
