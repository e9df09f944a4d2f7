"""One of Dask's programs of a private engine: `python -m nst_core.runs.dask.program SPEC`.

SPEC is JSON, as `python -m dask spec` takes it. The key and the certificate come as a line of
standard input: other users may read arguments, and programs of ours the environment.
"""

import json
import sys

from nst_core.runs.dask.configuration import load_dask

# Not only if this is the main program: the process that a nanny starts as its worker imports this
# module before anything of Dask, too.
load_dask(is_private=True)


def main() -> None:
    """Run what the arguments say until it is over."""
    from distributed.cli.dask_spec import main as run

    spec = json.loads(sys.argv[1])
    spec["opts"]["security"] = json.loads(sys.stdin.buffer.readline())
    run(["--spec", json.dumps(spec)])


if __name__ == "__main__":
    main()
