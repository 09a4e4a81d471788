"""Loads one FTP server: takes its settings as JSON, then the names of rows from standard input, and prints a JSON record for each.

`python3 load.py '{"host": "127.0.0.1", "port": …}'`; the settings are what tests/bench/measure.ts gives. A name may have the size behind it that says how
many clients are logged in meanwhile: `retr_many clients`. It ends with its standard input.
"""
import json
import signal
import sys
import time
from types import SimpleNamespace

from client import MIB, Refused, Session, now, tls_context
from crowd import log_in
from machine import ServerCpu, allow_many_descriptors, alone, client_cpu, machine_cpu, touch_memory
from single import Single

#: How long nothing may move until a crowd is given up, seconds.
STALL_S = 5
#: How many of a crowd log in at once where that is not what is measured.
AT_ONCE = 32
#: How long a server has to tidy up when clients have come, and when all have left, in calms.
CALMS, CALMS_AT_END = 10, 30


class Load(Single):
    """The rows, each by its name. A row returns its value, or (value, more to tell)."""

    def __init__(self, target):
        super().__init__(target)
        self.crowd, self.members = None, []

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

    def start_over(self):
        """After a row that failed: nobody knows what the crowd is doing."""
        if self.crowd:
            self.crowd.abandon()
        self.leave()

    def login_at_once(self):
        return self.gather(self.target.clients, self.target.clients)

    def login_idle(self):
        """These stay for the rows behind."""
        return self.gather(self.target.idle, AT_ONCE)

    def need(self, count):
        """Sees to it that so many are logged in."""
        if len(self.members) == count:
            return
        if count:
            self.gather(count, AT_ONCE)
        else:
            self.leave()

    def small_many(self, act):
        """How often a second the crowd does something, for `seconds` seconds; act gets the member, its number and how often it did it."""
        cpu, started = ServerCpu(self.target.pid), now()
        until = started + self.target.seconds
        for at, member in enumerate(self.members):
            self.crowd.start(member.repeat(lambda times, member=member, at=at: act(member, at, times), until))
        self.crowd.run(STALL_S)
        count = sum(member.done for member in self.members)
        return count / (now() - started), {"count": count, "cpu_us": cpu.each(count)}

    def small_retr_many(self):
        return self.small_many(lambda member, *_: member.download("/w/small.down", 1024, [0]))

    def small_stor_many(self):
        name = lambda at, times: f"/w/small{at}-{times}.up"
        try:
            return self.small_many(lambda member, at, times: member.upload(name(at, times), self.source, 1024, [0]))
        finally:
            for at, member in enumerate(self.members):
                for times in range(member.done + 1):
                    self.remove(name(at, times))

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
        return self.all(lambda member, _, moved: member.download("/w/part.down", self.part, moved))

    def stor_many(self, half_way=None):
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
        size, processes = alone(self.target.pid)
        return size / MIB, {"processes": processes}

    def memory_at_rest(self, calms=CALMS):
        """Bytes when it has had time to tidy up."""
        time.sleep(calms * self.target.calm)
        return alone(self.target.pid)[0]

    def memory_session(self):
        """KiB for each of those that come when some are there."""
        few, many = self.target.clients, self.target.idle
        self.gather(few, AT_ONCE)
        before = self.memory_at_rest()
        _, _, more = log_in(self.target, many - few, AT_ONCE, STALL_S)
        after = self.memory_at_rest()
        for member in more:
            member.control.close()
        if len(more) < many - few:
            raise ValueError(f"only {len(more)} of {many - few} got in")
        return (after - before) / 1024 / len(more)

    def memory_stor_many(self):
        seen = []
        self.stor_many(lambda: seen.append(self.memory()))
        return seen[0]

    def memory_end(self):
        return self.memory_at_rest(CALMS_AT_END) / MIB


def measure(load, name, crowd, limit):
    """The record of one row; crowd names the number of those that are logged in, nobody when it is empty."""
    record = {"row": name}
    server, client, machine, started = ServerCpu(load.target.pid), client_cpu(), machine_cpu(), now()
    signal.alarm(limit)
    try:
        load.need(getattr(load.target, crowd) if crowd else 0)
        result = getattr(load, name)()
        value, extras = result if isinstance(result, tuple) else (result, {})
        record.update(extras, value=value)
    except (OSError, EOFError, ValueError, RuntimeError, Refused) as error:
        record["error"] = str(error) or repr(error)
    finally:
        signal.alarm(0)
    if "error" in record:
        load.start_over()
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
        print(json.dumps(measure(load, *line.strip().partition(" ")[::2], target.limit)), flush=True)


if __name__ == "__main__":
    main()
