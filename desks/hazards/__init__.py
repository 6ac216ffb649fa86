"""The risk desk: how grave each hazard is, whom it threatens, and what is missing about it."""
