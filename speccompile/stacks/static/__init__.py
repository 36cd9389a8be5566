"""Static sites: pages that are there, or that a build makes."""
