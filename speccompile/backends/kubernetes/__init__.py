"""What a cluster is told → manifests, and the kustomization that lists them."""
