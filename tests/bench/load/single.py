"""What one session is measured by."""
import hashlib
import os
import time

from client import MIB, Session, make_source, now
from machine import ServerCpu, touch_memory, tree
from peak import Peak

#: How often a large file is moved for a row.
TIMES = 2


class Single:
    """The rows of one session, each by its name, and what all rows use."""

    def __init__(self, target):
        self.target = target
        self.big, self.part = target.big * MIB, target.part * MIB
        self.source = make_source()
        self.processes = len(tree(target.pid))

    # What all rows use.

    def local(self, name):
        return os.path.join(self.target.home, name.lstrip("/"))

    def remove(self, name):
        if os.path.exists(self.local(name)):
            os.unlink(self.local(name))

    def check_upload(self, name, size):
        got = os.stat(self.local(name)).st_size
        if got != size:
            raise ValueError(f"the server said 226 and has {got} bytes of {size}")

    def settle(self):
        """Waits until the sessions' processes have ended, where a session is a process."""
        limit = now() + 10
        while len(tree(self.target.pid)) > self.processes and now() < limit:
            time.sleep(0.05)
        time.sleep(self.target.calm)

    def timed(self, act, size):
        """MB/s of the faster of some transfers in a session of its own, with the CPU seconds that the server took for a GB."""
        session = Session(self.target)
        cpu = ServerCpu(self.target.pid)
        seconds = min(act(session) for _ in range(TIMES))
        extras = {"cpu_per_gb": cpu.seconds() * 1e9 / size / TIMES, "resumed": session.resumed}
        session.quit()
        return size / 1e6 / seconds, extras

    def per_second(self, act):
        """How often a second, for `seconds` seconds; act gets the session and how often it was called."""
        session = Session(self.target)
        cpu = ServerCpu(self.target.pid)
        count, started = 0, now()
        while now() - started < self.target.seconds:
            act(session, count)
            count += 1
        seconds = now() - started
        extras = {"count": count, "cpu_us": cpu.each(count), "resumed": session.resumed}
        session.quit()
        return count / seconds, extras

    # One session.

    def check(self):
        """What goes up is what lies there and what comes down."""
        session = Session(self.target)
        session.upload("/w/check", self.source, self.part)
        with open(self.local("/w/check"), "rb") as file:
            stored = hashlib.sha256(file.read()).hexdigest()
        fetched = hashlib.sha256()
        session.download("RETR /w/check", self.part, each=fetched.update)
        self.remove("/w/check")
        session.quit()
        block = os.pread(self.source, MIB, 0) * self.target.part if self.target.tls else os.pread(self.source, self.part, 0)
        if not hashlib.sha256(block).hexdigest() == stored == fetched.hexdigest():
            raise ValueError("the bytes differ from what was sent")

    def noop(self):
        return self.per_second(lambda session, _: session.command("NOOP"))

    def small_retr(self):
        return self.per_second(lambda session, _: session.download("RETR /w/small.down", 1024))

    def small_stor(self):
        result = self.per_second(lambda session, at: session.upload(f"/w/small{at}.up", self.source, 1024))
        for at in range(result[1]["count"]):
            self.remove(f"/w/small{at}.up")
        return result

    def listing(self, verb, directory="/w/many", size="files", times=3):
        session, expected = Session(self.target), times * getattr(self.target, size)
        lines = [0]

        def count(piece):
            lines[0] += bytes(piece).count(b"\n")

        cpu = ServerCpu(self.target.pid)
        seconds = min(session.download(f"{verb} {directory}", each=count) for _ in range(times))
        cpu_us = cpu.each(times)
        session.quit()
        # Some servers list `.` and `..` as well, some tell a total.
        if not 0 <= lines[0] - expected <= 3 * times:
            raise ValueError(f"{verb} gave {lines[0]} lines of {expected}")
        return seconds, {"cpu_us": cpu_us, "resumed": session.resumed}

    def list(self):
        return self.listing("LIST")

    def mlsd(self):
        return self.listing("MLSD")

    def list_huge(self):
        return self.listing("LIST", "/w/huge", "huge", 1)

    def mlsd_huge(self):
        return self.listing("MLSD", "/w/huge", "huge", 1)

    def memory_list_huge(self):
        """How much more than before a server takes at most meanwhile."""
        peak = Peak(self.target.pid)
        try:
            self.list_huge()
        finally:
            peak.stop()
        return peak.most - peak.first

    def retr_copy(self):
        return self.timed(lambda session: session.download("RETR /w/big.down", self.big), self.big)

    def retr_discard(self):
        return self.timed(lambda session: session.download("RETR /w/big.down", self.big, copy=False), self.big)

    def stor(self):
        def upload(session):
            self.remove("/w/big.up")
            seconds = session.upload("/w/big.up", self.source, self.big)
            self.check_upload("/w/big.up", self.big)
            return seconds

        touch_memory(self.big)
        try:
            return self.timed(upload, self.big)
        finally:
            self.remove("/w/big.up")
