"""Many clients that ask for the same listing at once, and the memory that it takes the server."""
import os
import select
import signal
import socket
import threading

from client import MIB, buffer, now
from crowd import Member, log_in
from machine import pss, tree

#: A server that takes more is killed, for the machine has other things to do. MiB.
MOST_MIB = 6 * 1024
#: How often the memory is looked at, seconds.
LOOK_S = 0.05
#: How long logging in may stand still, seconds.
LOGIN_STALL_S = 10
#: How many times the limit of one client's act all of them together may take.
PATIENCE = 5


class Lister(Member):
    """A session of a crowd that lists."""

    def list(self, directory, command, codes):
        yield from self.command(f"CWD {directory}", "250")
        data = yield from self.data()
        yield from self.command(command, ("1", "4", "5"))
        while True:
            try:
                if not data.recv_into(buffer, MIB, socket.MSG_TRUNC):
                    break
            except BlockingIOError:
                yield data, select.EPOLLIN
        self.crowd.close(data)
        codes.append((yield from self.reply(("2", "4", "5")))[:3])


class Peak:
    """Looks at the memory of a tree of processes until it is stopped."""

    def __init__(self, root):
        self.root = root
        self.first = self.most = pss(root)[0] / MIB
        self.is_over, self.was_killed = threading.Event(), False
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.is_over.wait(LOOK_S):
            self.most = max(self.most, pss(self.root)[0] / MIB)
            if self.most > MOST_MIB:
                self.was_killed = True
                for process in tree(self.root):
                    os.kill(process, signal.SIGKILL)
                return

    def stop(self):
        self.is_over.set()
        self.thread.join()


def list_at_once(target, act, directory):
    """The record of it."""
    _, crowd, members = log_in(target, act["clients"], act["clients"], LOGIN_STALL_S, Lister)
    codes, peak, started = [], Peak(target.pid), now()
    limit = PATIENCE * target.act
    record = {}
    try:
        for member in members:
            crowd.start(member.list(directory, act["lines"][-1], codes))
        crowd.run(limit, until=lambda: now() > started + limit)
        if crowd.live:
            record["error"] = f"{crowd.live} of them were not through"
    except (TimeoutError, RuntimeError) as error:
        record["error"] = str(error)
    peak.stop()
    if peak.was_killed:
        record["error"] = f"killed when it had taken {MOST_MIB} MiB"
    for member in members:
        member.control.close()
    return {**record, "seconds": now() - started, "codes": codes, "memory": peak.most, "memory_before": peak.first}
