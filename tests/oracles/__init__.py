"""Independent sources for several tests: random networks, and what PyTorch does with them."""
