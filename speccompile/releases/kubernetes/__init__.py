"""A namespace of a cluster as a place that releases are deployed to: objects are applied by the server, service by service, and looked on."""
