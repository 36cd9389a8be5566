"""How Podman's quadlet runs a plan: units of systemd on one machine."""
