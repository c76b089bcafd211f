"""Speed as ratios: ours against a peer, both in the same run, with the spread."""
