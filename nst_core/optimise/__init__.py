"""Lowers an objective with SciPy's L-BFGS-B. No TensorFlow."""
