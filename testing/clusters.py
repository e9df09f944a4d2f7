"""A scheduler of Dask that stands for one of the user's own, for `NST_SCHEDULER`."""

import contextlib
import os
from collections.abc import Iterator

import pytest
from dask import config

from nst_core.runs.dask.cluster import LocalCluster


@contextlib.contextmanager
def users_cluster(workers: int) -> Iterator[LocalCluster]:
    """Yields: a cluster; Dask's configuration lets this process and its programs reach it."""
    with (
        contextlib.closing(LocalCluster(workers)) as cluster,
        pytest.MonkeyPatch.context() as patch,
    ):
        values = {"require-encryption": "True", "tls.ca-file": cluster.security.tls_ca_file}
        for role in ("client", "scheduler", "worker"):
            for part in ("cert", "key"):
                value = getattr(cluster.security, f"tls_{role}_{part}")
                values[f"tls.{role}.{part}"] = value
        for name, value in values.items():
            variable = name.replace(".", "__").replace("-", "_").upper()
            patch.setitem(os.environ, f"DASK_DISTRIBUTED__COMM__{variable}", value)
        with config.set({f"distributed.comm.{name}": value for name, value in values.items()}):
            yield cluster
