"""Lowers an objective with SciPy's L-BFGS-B, or with Keras's Adam, loaded when it is used."""
