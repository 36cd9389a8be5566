"""What ``init`` finds out about a project: its services, what they need, how they are reached. Everything here is
pure: a view of the tree goes in, a proposal comes out; nothing is run and nothing is written."""
