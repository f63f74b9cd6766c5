"""Ours against the peers that are found, alternating in one run: ``make bench``."""
