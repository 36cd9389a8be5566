"""What the sources say about how they are run, and nothing is made of: each kind is said once a service, with what to do."""
