"""Child process that builds the indexes of one shard: arguments are the folder and the parent."""

import ctypes
import os
import signal
import sys

import msgspec
import qdrant_edge as engine

from standalone.vectors.config import CollectionConfig, engine_config

# The same number as in indexing, which this process does not import: it starts in 0.1 s.
_NOTHING_TO_DO = 3
_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Optimise the shard of the folder; its configuration comes on standard input."""
    os.nice(10)
    if sys.platform == "linux":
        # A server that was killed wants this index no more.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[2]):
        return _NOTHING_TO_DO
    config = msgspec.json.decode(sys.stdin.buffer.read(), type=CollectionConfig)
    shard = engine.EdgeShard.load(sys.argv[1], engine_config(config))
    changed = shard.optimize()
    shard.flush()
    shard.close()
    return 0 if changed else _NOTHING_TO_DO


if __name__ == "__main__":
    sys.exit(main())
