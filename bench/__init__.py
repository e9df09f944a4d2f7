"""Measurements that anyone can repeat: `python -m bench.NAME`, or those of speed by `make bench`.

The minutes that each docstring names are those of two idle cores.
"""
