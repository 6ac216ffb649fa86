"""Ours beside the peers, and the click beside the clock: ratios and times of one run."""
