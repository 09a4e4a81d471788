"""One FTP session with blocking sockets that costs its side as little as it can: sendfile up, nothing copied down."""
import base64
import os
import socket
import ssl
import time

MIB = 1 << 20
SOURCE_BYTES = 16 * MIB
TIMEOUT_S = 60
buffer = bytearray(MIB)
now = time.perf_counter


class Refused(Exception):
    """A reply that was not the wanted one."""


def make_source():
    """A file in memory that all uploads are sent from, over and over."""
    source = os.memfd_create("source")
    os.write(source, os.urandom(SOURCE_BYTES))
    return source


def split_reply(received):
    """(the text of a reply, the bytes behind it) when a whole one has come, else (None, the same bytes)."""
    start, code = 0, None
    while True:
        end = received.find(b"\n", start)
        if end < 0:
            return None, received
        line = received[start:end]
        code = code or line[:3]
        if line[:3] == code and line[3:4] != b"-":
            return received[:end].decode("utf-8", "replace").strip(), received[end + 1:]
        start = end + 1


def wanted(codes, reply):
    """The reply, if its code begins with one of the codes."""
    if not reply.startswith(codes):
        raise Refused(reply.replace("\r\n", " ")[:200])
    return reply


def port_of(reply):
    """The port in a reply to EPSV."""
    inner = reply[reply.index("(") + 1:reply.rindex(")")]
    return int(inner.split(inner[0])[3])


def tls_context():
    """Accepts any certificate: what is measured is the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Session:
    """A session that is logged in."""

    def __init__(self, target):
        self.target = target
        self.received = b""
        self.resumed = None
        self.control = self.connect(target.port)
        wanted("220", self.reply())
        if target.tls:
            self.command("AUTH TLS", "234")
            self.control = target.tls.wrap_socket(self.control, server_hostname=target.host)
        if self.command(f"USER {target.user}", ("331", "230")).startswith("331"):
            self.command(f"PASS {target.password}", "230")
        if target.tls:
            self.command("PBSZ 0", "200")
            self.command("PROT P", "200")
        self.command("TYPE I", "200")

    def connect(self, port):
        sock = socket.create_connection((self.target.host, port), TIMEOUT_S)
        # Else an upload under TLS waits 40 ms for a delayed acknowledgement.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def reply(self):
        while True:
            text, self.received = split_reply(self.received)
            if text is not None:
                return text
            got = self.control.recv(65536)
            if not got:
                raise EOFError("the control connection was closed")
            self.received += got

    def command(self, line, codes=("2",)):
        self.control.sendall(line.encode() + b"\r\n")
        return wanted(codes, self.reply())

    def quit(self):
        try:
            self.command("QUIT", "221")
        finally:
            self.control.close()

    def begin(self, command):
        """A transfer up to its mark; gives the time just before the command, and the data connection, which is open by then."""
        data = self.connect(port_of(self.command("EPSV", "229")))
        started = now()
        self.command(command, ("150", "125"))
        if self.target.tls:
            data = self.target.tls.wrap_socket(data, server_hostname=self.target.host, session=self.control.session)
            self.resumed = data.session_reused
        return started, data

    def end(self, started, data):
        """Seconds from the command to the final reply."""
        data.close()
        wanted(("226", "250"), self.reply())
        return now() - started

    def upload(self, name, source, size):
        started, data = self.begin(f"STOR {name}")
        if self.target.tls:
            self.send_protected(data, source, size)
        else:
            data.settimeout(None)
            sent = 0
            while sent < size:
                at = sent % SOURCE_BYTES
                sent += os.sendfile(data.fileno(), source, at, min(SOURCE_BYTES - at, size - sent))
        return self.end(started, data)

    def send_protected(self, data, source, size):
        block = memoryview(os.pread(source, min(MIB, size), 0))
        left = size
        while left > 0:
            left -= data.send(block[:min(left, len(block))])
        try:
            data.unwrap()
        except (ssl.SSLError, OSError):
            pass  # Some servers answer the closing alert by closing.

    def download(self, command, size=None, copy=True, each=None):
        """Takes what the command brings; without `copy` the kernel throws it away. `each` is shown every piece."""
        started, data = self.begin(command)
        total = 0
        if self.target.tls:
            receive = lambda: data.recv_into(buffer, MIB)
        else:
            data.settimeout(None)
            flags = 0 if copy else socket.MSG_TRUNC
            receive = lambda: data.recv_into(buffer, MIB, flags)
        while True:
            length = receive()
            if not length:
                break
            total += length
            if each:
                each(memoryview(buffer)[:length])
        seconds = self.end(started, data)
        if size is not None and total != size:
            raise ValueError(f"{command} gave {total} bytes, not {size}")
        return seconds


def request_of(target, path, accept, connection):
    """A request to the web page, as bytes."""
    word = base64.b64encode(f"{target.user}:{target.password}".encode()).decode()
    lines = [f"GET {path} HTTP/1.1", f"Host: {target.host}", f"Authorization: Basic {word}", f"Accept: {accept}", f"Connection: {connection}"]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()
