"""Who computes the runs of a store, in which order, and how."""
