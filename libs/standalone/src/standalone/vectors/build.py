"""Child process that builds the indexes of one shard: `python -m standalone.vectors.build DIR`."""

import os
import sys

import msgspec
import qdrant_edge as engine

from standalone.vectors.config import CollectionConfig, engine_config

# The same number as in indexing, which this process does not import: it starts in 0.1 s.
_NOTHING_TO_DO = 3


def main() -> int:
    """Optimise the shard of the folder; its configuration comes on standard input."""
    os.nice(10)
    config = msgspec.json.decode(sys.stdin.buffer.read(), type=CollectionConfig)
    shard = engine.EdgeShard.load(sys.argv[1], engine_config(config))
    changed = shard.optimize()
    shard.flush()
    shard.close()
    return 0 if changed else _NOTHING_TO_DO


if __name__ == "__main__":
    sys.exit(main())
