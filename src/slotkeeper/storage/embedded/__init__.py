"""PostgreSQL without installing PostgreSQL: `running()` starts a server of our own and shares it.

    with running() as cluster:
        pool = await asyncpg.create_pool(cluster.url())

The server belongs to its data directory, not to a process: all who name the same directory use
the same server, and it stops when the last of them has left or died.

    running            take part in the server of a data directory
    Cluster            the server, as its user sees it
    default_data_dir   the directory that is used when none is named
    errors             why there is no server, and what to do about it

A directory holds `cluster/` (what PostgreSQL calls its data directory), `server.log`, `socket/`,
four locks, and for root, where need be, `binaries/`.
"""

from slotkeeper.storage.embedded.data_directory import default_data_dir
from slotkeeper.storage.embedded.errors import EmbeddedPostgresError
from slotkeeper.storage.embedded.launcher import Cluster, running

__all__ = ["Cluster", "EmbeddedPostgresError", "default_data_dir", "running"]
