"""What one client does in the fairness table, while it is watched how long others wait."""
import os
import select
import socket

from client import MIB, SOURCE_BYTES, Session, buffer, make_source, now, port_of, request_of
from things import deflated

#: How long the answer to ABOR is waited for, seconds.
ABORT_S = 2
#: Telnet: what begins and ends a subnegotiation.
IAC_SB, IAC_SE = b"\xff\xfa", b"\xff\xf0"


class Actor(Session):
    """A session that notes the codes of its replies and keeps a limit."""

    def __init__(self, target):
        self.codes, self.limit_at = [], float("inf")
        super().__init__(target)
        self.codes.clear()

    def left(self):
        """Seconds until the limit; None for no limit."""
        if self.limit_at == float("inf"):
            return None
        left = self.limit_at - now()
        if left <= 0:
            raise socket.timeout("the limit")
        return left

    def wait(self, readable=(), writable=()):
        if not any(select.select(readable, writable, (), self.left())):
            raise socket.timeout("the limit")

    def reply(self):
        self.control.settimeout(self.left())
        text = super().reply()
        self.codes.append(text[:3])
        return text

    def ask(self, *lines):
        """Sends the lines together and takes as many replies; gives them."""
        self.control.sendall("".join(f"{line}\r\n" for line in lines).encode())
        return [self.reply() for _ in lines]

    def transfer(self, command, move):
        """A transfer, unless it is refused. The codes of its preparation do not matter."""
        data = self.connect(port_of(*self.ask("EPSV")))
        self.codes.pop()
        with data:
            data.setblocking(False)
            if not self.ask(command)[0].startswith("1"):
                return
            self.codes.pop()
            move(data)
        self.reply()

    def take(self, data):
        """Everything that comes, thrown away in the kernel."""
        length = 1
        while length:
            self.wait(readable=(data,))
            length = data.recv_into(buffer, MIB, socket.MSG_TRUNC)

    def give(self, data, source, *, size, period):
        """So many bytes, of a file of `period` bytes that is sent over and over."""
        sent = 0
        while sent < size:
            self.wait(writable=(data,))
            at = sent % period
            sent += os.sendfile(data.fileno(), source, at, min(MIB, period - at, size - sent))

    def give_up(self):
        """Sends ABOR, and tells how long its answer took, seconds; None when none came."""
        started = now()
        self.limit_at = started + ABORT_S
        try:
            self.control.sendall(b"ABOR\r\n")
            while not self.reply().startswith(("225", "226", "421")):
                pass
            return now() - started
        except (OSError, EOFError):
            return None


class Acts:
    """The ways to act. Each makes ready what takes time, and gives what is to be timed, which takes the actor."""

    def __init__(self, target):
        self.target = target
        self.source = make_source()

    def nothing(self, act, lines):
        """Others alone, for as long as the act says."""
        return lambda actor: select.select((), (), (), act["seconds"])

    def command(self, act, lines):
        return lambda actor: actor.ask(*lines)

    def download(self, act, lines):
        *before, command = lines

        def run(actor):
            actor.ask(*before)
            actor.transfer(command, actor.take)

        return run

    def upload(self, act, lines):
        *before, command = lines
        source, size, period = self.source, act["bytes"], SOURCE_BYTES
        if act.get("deflate"):
            source = deflated(act["deflate"], size)
            size = period = os.fstat(source).st_size

        def run(actor):
            actor.ask(*before)
            actor.transfer(command, lambda data: actor.give(data, source, size=size, period=period))

        return run

    def web(self, act, lines):
        """A request to the web page, whose answer is thrown away in the kernel, but for its head."""
        path, accept = lines
        request = request_of(self.target, path, accept, "close")

        def run(actor):
            with socket.create_connection((self.target.host, self.target.web_port)) as stream:
                stream.settimeout(actor.left())
                stream.sendall(request)
                actor.codes.append(stream.recv(4096)[9:12].decode())
                stream.setblocking(False)
                actor.take(stream)

        return run

    def telnet(self, act, lines):
        """A subnegotiation from somebody who is not logged in; the NOOP behind it tells that it was read to its end."""
        stranger = self.target.dial()
        stranger.recv(4096)
        flood = IAC_SB + b"x" * act["bytes"] + IAC_SE + b"NOOP\r\n"

        def run(actor):
            with stranger:
                stranger.settimeout(actor.left())
                stranger.sendall(flood)
                actor.codes.append(stranger.recv(4096)[:3].decode())

        return run
