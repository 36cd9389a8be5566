"""Units of Podman's quadlet as what releases are deployed to, by systemd of this machine."""
