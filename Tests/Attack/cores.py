"""Who runs where while attacks are measured: the server alone on the first core; on the second the
honest client before everything else, and attackers in the time that it leaves.
"""

import contextlib
import os

_ALL = sorted(os.sched_getaffinity(0))
_SPLIT = len(_ALL) > 1
# Before the server's own words.
SERVER = ("taskset", "-c", str(_ALL[0])) if _SPLIT else ()


def _join_clients():
    if _SPLIT:
        os.sched_setaffinity(0, _ALL[1:2])


def come_first():
    """For the honest client; without the right to it, it is merely not behind."""
    _join_clients()
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except PermissionError:
        pass


@contextlib.contextmanager
def attacker():
    """The calling thread attacks, when nobody else of its core has anything to do."""
    scheduler, niceness = os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)
    _join_clients()
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    os.setpriority(os.PRIO_PROCESS, 0, 19)
    try:
        yield
    finally:
        os.sched_setaffinity(0, _ALL)
        try:
            os.sched_setscheduler(0, scheduler, os.sched_param(0))
            os.setpriority(os.PRIO_PROCESS, 0, niceness)
        except PermissionError:
            # Whoever may not take it back stays the last to run.
            pass
