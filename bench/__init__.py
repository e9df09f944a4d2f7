"""Measurements that anyone can repeat: `python -m bench.NAME`, or those of speed by `make bench`.

The minutes that a docstring names are estimates for two idle cores, not measurements.
"""
