"""Bindings: what deploy.yaml decides about single assertions. Nothing is imported here: few projects have any."""
