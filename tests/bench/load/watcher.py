"""Watches, in a process of its own, how long others wait for a server that somebody keeps busy."""
import json
import os
import select
import socket

from client import Session, now, request_of

#: A session that asks NOOP again and again does so this often, and new clients come this often, seconds.
NOOP_EVERY_S, GREETING_EVERY_S = 0.002, 0.02
#: How long everything is asked before it counts: code is compiled and memory touched meanwhile.
WARM_UP_S = 0.5
#: How long an answer that is still missing at the end is waited for.
PATIENCE_S = 5
#: More of the processor than servers and clients have, where the system allows it: what is measured is how late the server is.
NICENESS = -10


class Asker:
    """Asks one thing, over and over, and remembers the worst wait. The next question waits for the answer to the last."""

    def __init__(self, every):
        self.every = every
        self.next_at = now()
        self.since = None
        self.sock = None
        self.failure = None
        self.forget()

    def forget(self):
        self.worst, self.count = 0.0, 0

    def begin(self):
        self.since = now()
        try:
            self.ask()
        except OSError as error:
            self.fail(error)

    def hear(self):
        try:
            received = self.sock.recv(4096)
        except BlockingIOError:
            return
        except OSError as error:
            return self.fail(error)
        if not received:
            return self.fail("the server closed the connection")
        if b"\n" not in received:
            return
        moment = now()
        self.worst = max(self.worst, moment - self.since)
        self.count += 1
        self.since = None
        self.next_at = moment + self.every
        self.heard()

    def fail(self, error):
        # What failed waited as long as it did, and is asked no more.
        self.worst = max(self.worst, now() - self.since)
        self.failure = self.failure or str(error)
        self.since, self.next_at = None, float("inf")

    def heard(self):
        pass

    def record(self):
        """Seconds; `unanswered` when the worst wait was not over yet."""
        waiting = now() - self.since if self.since is not None else 0.0
        found = {"worst": max(self.worst, waiting), "count": self.count, "unanswered": waiting > self.worst}
        return {**found, "failure": self.failure} if self.failure else found


class Liner(Asker):
    """Sends lines over one connection: NOOP to the server, or anything to a process that sends it back."""

    def __init__(self, sock):
        super().__init__(NOOP_EVERY_S)
        self.sock = sock
        sock.setblocking(False)

    def ask(self):
        self.sock.send(b"NOOP\r\n")


class Newcomer(Asker):
    """A new client each time, from its connect to the greeting."""

    def __init__(self, target):
        super().__init__(GREETING_EVERY_S)
        self.target = target

    def ask(self):
        self.sock = socket.socket()
        self.sock.setblocking(False)
        self.sock.connect_ex((self.target.host, self.target.port))

    def heard(self):
        self.sock.close()


class Visitor(Asker):
    """Asks the web page who is signed in, over one connection."""

    def __init__(self, target):
        super().__init__(GREETING_EVERY_S)
        self.request = request_of(target, "/~/api/me", "application/json", "keep-alive")
        self.sock = socket.create_connection((target.host, target.web_port))
        self.sock.setblocking(False)

    def ask(self):
        self.sock.send(self.request)


def start_echo():
    """A process that sends back what it gets, as the server does at best: its worst wait is the machine's own."""
    here, there = socket.socketpair()
    if os.fork() == 0:
        try:
            here.close()
            while True:
                received = there.recv(4096)
                if not received:
                    break
                there.send(received)
        finally:
            os._exit(0)
    there.close()
    return here


def watch(askers, orders):
    """Until the orders end: a byte among them means that it counts from now on."""
    stop_at = None
    while True:
        moment = now()
        for asker in askers:
            if stop_at is None and asker.since is None and asker.next_at <= moment:
                asker.begin()
        waiting = [asker for asker in askers if asker.since is not None]
        if stop_at is not None and (not waiting or moment >= stop_at):
            return
        due = stop_at if stop_at is not None else min((asker.next_at for asker in askers if asker.since is None), default=float("inf"))
        timeout = None if due == float("inf") else max(0.0, due - moment)
        sources = [asker.sock for asker in waiting] + ([orders] if stop_at is None else [])
        readable, _, _ = select.select(sources, [], [], timeout)
        for asker in waiting:
            if asker.sock in readable:
                asker.hear()
        if orders in readable:
            if os.read(orders, 1):
                for asker in askers:
                    asker.forget()
            else:
                stop_at = now() + PATIENCE_S


def serve(target, orders, results):
    """The watching process."""
    echo = start_echo()
    try:
        os.nice(NICENESS)
    except OSError:
        pass  # Then it is one of many.
    session = Session(target)
    askers = {"noop": Liner(session.control), "greeting": Newcomer(target), "machine": Liner(echo)}
    if getattr(target, "web_port", None):
        askers["page"] = Visitor(target)
    watch(list(askers.values()), orders)
    with os.fdopen(results, "w") as out:
        json.dump({name: asker.record() for name, asker in askers.items()}, out)


class Watcher:
    """The watching process, as the one who keeps the server busy sees it: it is warm when it is made."""

    def __init__(self, target, sleep):
        orders, self.orders = os.pipe()
        self.results, results = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                os.close(self.orders)
                os.close(self.results)
                serve(target, orders, results)
            finally:
                os._exit(0)
        os.close(orders)
        os.close(results)
        sleep(WARM_UP_S)
        os.write(self.orders, b"!")

    def stop(self):
        """What others have waited since then, by what they asked, seconds."""
        os.close(self.orders)
        with os.fdopen(self.results) as found:
            text = found.read()
        os.waitpid(self.process, 0)
        return json.loads(text) if text else {}
