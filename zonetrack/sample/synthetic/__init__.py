"""Generated zones: plausible shapes on fictional names, the same for the same seed."""
