"""The planning desk: who is covered by what, why not, and what the cheapest mend is."""
