"""The ground floor: what was read, kept for good, and the opportunities projected from it."""
