"""Faults for real: processes that are killed, disks that fill up; and what must survive them."""
