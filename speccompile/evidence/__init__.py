"""The project's own verifiers: its tests and its proofs are run, what they say is read, and what they depended on is recorded.

Nothing but ``speccompile verify`` comes here: it is the one command that runs what a project holds.
"""
