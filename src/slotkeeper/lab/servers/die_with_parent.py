"""Runs `slotkeeper` in a process that lives no longer than the one that started it.

Who starts it keeps the other end of its standard input. When that end closes, because it was let
go or because its holder was killed, this process is told to stop as by any other SIGTERM.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def stop_when_let_go() -> None:
    """Wait until nobody holds the other end of standard input, then ask this process to stop."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=stop_when_let_go, daemon=True).start()
    sys.argv[0] = "slotkeeper"
    runpy.run_module("slotkeeper", run_name="__main__", alter_sys=False)
