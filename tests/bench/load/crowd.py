"""Many FTP sessions at once from one thread: each is a generator that yields what it waits for, as (socket, events)."""
import errno
import os
import select
import socket

from client import MIB, SOURCE_BYTES, Refused, buffer, now, port_of, split_reply, wanted


class Crowd:
    """Runs the generators."""

    def __init__(self):
        self.poll = select.epoll()
        self.waiting = {}
        self.masks = {}
        self.live = 0
        self.failures = []

    def start(self, task):
        self.live += 1
        self.step(task)

    def step(self, task):
        try:
            sock, mask = next(task)
        except StopIteration:
            self.live -= 1
            return
        except (OSError, EOFError, ValueError, Refused) as error:
            self.live -= 1
            self.failures.append(repr(error))
            return
        self.watch(sock.fileno(), mask)
        self.waiting[sock.fileno()] = task

    def watch(self, descriptor, mask):
        known = self.masks.get(descriptor)
        if known is None:
            self.poll.register(descriptor, mask)
        elif known != mask:
            self.poll.modify(descriptor, mask)
        self.masks[descriptor] = mask

    def close(self, sock):
        if self.masks.pop(sock.fileno(), None) is not None:
            self.poll.unregister(sock.fileno())
        self.waiting.pop(sock.fileno(), None)
        sock.close()

    def abandon(self):
        """Drops the tasks that are not through; sockets that nobody else holds are closed with them."""
        for descriptor, task in self.waiting.items():
            self.poll.unregister(descriptor)
            del self.masks[descriptor]
            task.close()
        self.waiting.clear()
        self.live, self.failures = 0, []

    def run(self, stall, until=lambda: False):
        """Until all have ended, or `until` says so. No progress for `stall` seconds is the end, too."""
        while self.live and not until():
            events = self.poll.poll(stall)
            if not events:
                raise TimeoutError(f"no progress for {stall} s, {self.live} sessions are not through")
            for descriptor, _ in events:
                task = self.waiting.pop(descriptor, None)
                if task:
                    self.step(task)
                elif descriptor in self.masks:
                    self.watch(descriptor, 0)
        if self.failures:
            raise RuntimeError(f"{len(self.failures)} sessions failed, the first: {self.failures[0]}")


class Member:
    """One session of a crowd."""

    def __init__(self, crowd, target):
        self.crowd, self.target = crowd, target
        self.received = b""
        self.control = None
        self.done_at = None

    def reply(self, codes):
        while True:
            text, self.received = split_reply(self.received)
            if text is not None:
                return wanted(codes, text)
            try:
                got = self.control.recv(4096)
            except BlockingIOError:
                yield self.control, select.EPOLLIN
                continue
            if not got:
                raise EOFError("the control connection was closed")
            self.received += got

    def command(self, line, codes):
        self.control.send(line.encode() + b"\r\n")
        return (yield from self.reply(codes))

    def connect(self, port):
        sock = socket.socket()
        sock.setblocking(False)
        if sock.connect_ex((self.target.host, port)) == errno.EINPROGRESS:
            yield sock, select.EPOLLOUT
        failure = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            raise OSError(failure, os.strerror(failure))
        return sock

    def login(self, then):
        """Logs in and calls `then`."""
        self.control = yield from self.connect(self.target.port)
        self.control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield from self.reply("220")
        if (yield from self.command(f"USER {self.target.user}", ("331", "230"))).startswith("331"):
            yield from self.command(f"PASS {self.target.password}", "230")
        yield from self.command("TYPE I", "200")
        self.done_at = now()
        then()

    def data(self):
        return (yield from self.connect(port_of((yield from self.command("EPSV", "229")))))

    def download(self, name, size, moved):
        data = yield from self.data()
        yield from self.command(f"RETR {name}", ("150", "125"))
        total = 0
        while True:
            try:
                length = data.recv_into(buffer, MIB, socket.MSG_TRUNC)
            except BlockingIOError:
                yield data, select.EPOLLIN
                continue
            if length == 0:
                break
            total += length
            moved[0] += length
        self.crowd.close(data)
        yield from self.reply(("226", "250"))
        if total != size:
            raise ValueError(f"RETR gave {total} bytes, not {size}")
        self.done_at = now()

    def upload(self, name, source, size, moved):
        data = yield from self.data()
        yield from self.command(f"STOR {name}", ("150", "125"))
        sent = 0
        while sent < size:
            at = sent % SOURCE_BYTES
            try:
                step = os.sendfile(data.fileno(), source, at, min(MIB, SOURCE_BYTES - at, size - sent))
            except BlockingIOError:
                yield data, select.EPOLLOUT
                continue
            sent += step
            moved[0] += step
        self.crowd.close(data)
        yield from self.reply(("226", "250"))
        self.done_at = now()

    def repeat(self, act, until):
        """Does act(how often it was done) again and again until the time has come; `done` counts."""
        self.done = 0
        while now() < until:
            yield from act(self.done)
            self.done += 1

    def quit(self):
        yield from self.command("QUIT", "221")
        self.done_at = now()
        self.crowd.close(self.control)


def log_in(target, count, at_once, stall, kind=Member):
    """Logs that many members of a kind in, so many of them at once; gives (seconds, crowd, members). Who did not get in is not among the members."""
    crowd = Crowd()
    members = [kind(crowd, target) for _ in range(count)]
    rest = iter(members)

    def another():
        member = next(rest, None)
        if member:
            crowd.start(member.login(another))

    started = now()
    for _ in range(min(at_once, count)):
        another()
    try:
        crowd.run(stall)
    except (TimeoutError, RuntimeError):
        pass
    seconds = now() - started
    inside = [member for member in members if member.done_at]
    crowd.abandon()
    return seconds, crowd, inside
