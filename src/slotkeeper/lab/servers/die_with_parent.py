"""Runs `slotkeeper` in a process that ends with the process that started it.

The starter keeps the other end of this process's standard input. When that end closes, because the
starter has closed it or was killed, this process gets a SIGTERM.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def stop_with_parent() -> None:
    """Wait until the other end of standard input is closed, then send this process a SIGTERM."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=stop_with_parent, daemon=True).start()
    sys.argv[0] = "slotkeeper"
    runpy.run_module("slotkeeper", run_name="__main__", alter_sys=False)
