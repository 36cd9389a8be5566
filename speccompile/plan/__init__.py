"""The intermediate representation: what will be deployed, complete, typed, and with reasons."""
