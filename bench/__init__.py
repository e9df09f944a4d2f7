"""Measurements that anyone can repeat: `python -m bench.NAME`, or all by `make bench`."""
