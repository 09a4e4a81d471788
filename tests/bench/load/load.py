"""Loads one FTP server: takes its settings as JSON, then the names of rows from standard input, and prints a JSON record for each.

`python3 load.py '{"host": "127.0.0.1", "port": …}'`; the settings are `Settings` of tests/bench/loader.ts. It ends with its standard input.
"""
import hashlib
import json
import os
import signal
import sys
import time
from types import SimpleNamespace

from client import MIB, Refused, Session, make_source, now, tls_context
from crowd import log_in
from machine import ServerCpu, allow_many_descriptors, client_cpu, machine_cpu, pss, touch_memory, tree

#: How long nothing may move until a crowd is given up, seconds.
STALL_S = 5
#: How many of a crowd log in at once where that is not what is measured.
AT_ONCE = 32


class Load:
    """The rows, each by its name. A row returns its value, or (value, more to tell), or None when it is only a step."""

    def __init__(self, target):
        self.target = target
        self.big, self.part = target.big * MIB, target.part * MIB
        self.source = make_source()
        self.processes = len(tree(target.pid))
        self.crowd, self.members = None, []

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
        """MB/s of one transfer in a session of its own, with the CPU seconds that the server took for a GB."""
        session = Session(self.target)
        cpu = ServerCpu(self.target.pid)
        seconds = act(session)
        extras = {"cpu_per_gb": cpu.seconds() * 1e9 / size, "resumed": session.resumed}
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

    def listing(self, verb):
        session = Session(self.target)
        lines = [0]

        def count(piece):
            lines[0] += bytes(piece).count(b"\n")

        cpu = ServerCpu(self.target.pid)
        seconds = min(session.download(f"{verb} /w/many", each=count) for _ in range(3))
        cpu_us = cpu.each(3)
        session.quit()
        # Some servers list `.` and `..` as well, some tell a total.
        if not 0 <= lines[0] - 3 * self.target.files <= 9:
            raise ValueError(f"{verb} gave {lines[0]} lines in three listings of {self.target.files} files")
        return seconds, {"cpu_us": cpu_us, "resumed": session.resumed}

    def list(self):
        return self.listing("LIST")

    def mlsd(self):
        return self.listing("MLSD")

    def retr_copy(self):
        return self.timed(lambda session: session.download("RETR /w/big.down", self.big), self.big)

    def retr_discard(self):
        return self.timed(lambda session: session.download("RETR /w/big.down", self.big, copy=False), self.big)

    def stor(self):
        self.remove("/w/big.up")
        touch_memory(self.big)
        result = self.timed(lambda session: session.upload("/w/big.up", self.source, self.big), self.big)
        self.check_upload("/w/big.up", self.big)
        self.remove("/w/big.up")
        return result

    # Many sessions.

    def login_in_turn(self):
        cpu, started = ServerCpu(self.target.pid), now()
        sessions = [Session(self.target) for _ in range(self.target.clients)]
        seconds = now() - started
        cpu_us = cpu.each(self.target.clients)
        for session in sessions:
            session.quit()
        self.settle()
        return seconds, {"cpu_us": cpu_us}

    def gather(self, count, at_once):
        """Logs a crowd in, in the place of the one before."""
        self.leave()
        seconds, self.crowd, self.members = log_in(self.target, count, at_once, STALL_S)
        if len(self.members) < count:
            raise ValueError(f"only {len(self.members)} of {count} got in")
        return seconds

    def login_at_once(self):
        return self.gather(self.target.clients, self.target.clients)

    def login_idle(self):
        """These stay for the rows behind."""
        return self.gather(self.target.idle, AT_ONCE)

    def need_crowd(self):
        if len(self.members) < self.target.clients:
            self.gather(self.target.clients, AT_ONCE)

    def all(self, act, half_way=None):
        """All of the crowd do it at once; gives the seconds until the last is through. `half_way` is called when half of the bytes have moved."""
        moved = [0]
        started = now()
        for at, member in enumerate(self.members):
            self.crowd.start(act(member, at, moved))
        if half_way:
            half = len(self.members) * self.part // 2
            self.crowd.run(STALL_S, until=lambda: moved[0] >= half)
            half_way()
        self.crowd.run(STALL_S)
        return now() - started

    def retr_many(self):
        self.need_crowd()
        return self.all(lambda member, _, moved: member.download("/w/part.down", self.part, moved))

    def stor_many(self, half_way=None):
        self.need_crowd()
        touch_memory(len(self.members) * self.part)
        names = [f"/w/part{at}.up" for at in range(len(self.members))]
        try:
            seconds = self.all(lambda member, at, moved: member.upload(names[at], self.source, self.part, moved), half_way)
            for name in names:
                self.check_upload(name, self.part)
            return seconds
        finally:
            for name in names:
                self.remove(name)

    def quit_many(self):
        self.need_crowd()
        seconds = self.all(lambda member, _, moved: member.quit())
        self.members = []
        self.settle()
        return seconds

    def leave(self):
        """A crowd that is not needed any more closes its connections."""
        for member in self.members:
            self.crowd.close(member.control)
        self.members = []
        self.settle()

    # Memory: in rows of their own, since to look takes time.

    def memory(self):
        size, processes = pss(self.target.pid)
        return size / MIB, {"processes": processes}

    def memory_idle(self):
        if not self.members:
            raise ValueError("nobody got in")
        return self.memory()

    def memory_stor_many(self):
        seen = []
        self.stor_many(lambda: seen.append(self.memory()))
        return seen[0]

    def memory_end(self):
        self.leave()
        return self.memory()


def measure(load, name, limit):
    """The record of one row."""
    record = {"row": name}
    server, client, machine, started = ServerCpu(load.target.pid), client_cpu(), machine_cpu(), now()
    signal.alarm(limit)
    try:
        result = getattr(load, name)()
        value, extras = result if isinstance(result, tuple) else (result, {})
        record.update(extras, value=value)
    except (OSError, EOFError, ValueError, RuntimeError, Refused) as error:
        record["error"] = str(error) or repr(error)
    finally:
        signal.alarm(0)
    record.update(seconds=now() - started, server_cpu=server.seconds(), client_cpu=client_cpu() - client)
    record["other_cpu"] = machine_cpu() - machine - record["server_cpu"] - record["client_cpu"]
    return record


def give_up(*_):
    raise TimeoutError("the row took too long")


def main():
    target = SimpleNamespace(**json.loads(sys.argv[1]))
    target.tls = tls_context() if target.tls else None
    signal.signal(signal.SIGALRM, give_up)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Who started it ends it.
    allow_many_descriptors()
    load = Load(target)
    for line in sys.stdin:
        print(json.dumps(measure(load, line.strip(), target.limit)), flush=True)


if __name__ == "__main__":
    main()
