"""Programs of their own for files that may lie: with little memory and little time, and without the network."""

import resource
import socket
import sys
import warnings

# Isolated: neither the environment nor the folder from which a program is called say what it runs.
ENVIRONMENT = {"PATH": "", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}


def program(module: str) -> list[str]:
    """How a module is called as a program, in `ENVIRONMENT`."""
    return [sys.executable, "-E", "-m", module]


def confine(*, memory: int, seconds: int, written: int) -> None:
    """From here on this process has so much memory, so many seconds, files of so many bytes, and no network."""
    socket.socket.connect = socket.getaddrinfo = _refuse_network  # type: ignore[method-assign, assignment]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    warnings.simplefilter("ignore")


def _refuse_network(*args, **kwargs):
    raise OSError("A file that is read asks for the network")
