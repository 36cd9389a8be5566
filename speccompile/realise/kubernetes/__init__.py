"""Plan → what a Kubernetes cluster is told, and what it cannot be told."""
