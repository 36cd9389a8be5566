"""The source tree → what is known of each service: the one stage that asks a tree. What comes after it is given values."""
