"""One FTP session with OpenSSL underneath, strict about the closing alert: does the steps that the JSON on standard input lists, prints what came of each."""

import json
import socket
import ssl
import sys

task = json.load(sys.stdin)
context = ssl.create_default_context(cafile=task["ca"])
if task.get("version"):
    context.minimum_version = context.maximum_version = ssl.TLSVersion[task["version"]]
results = []


class Control:
    def __init__(self):
        self.socket = socket.create_connection((task["host"], task["port"]), timeout=20)
        self.buffer = b""

    def line(self):
        while b"\n" not in self.buffer:
            part = self.socket.recv(4096)
            if not part:
                raise EOFError(f"the server closed, left: {self.buffer!r}")
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode().rstrip("\r")

    def reply(self):
        lines = [self.line()]
        while lines[0][3] == "-" and not lines[-1].startswith(lines[0][:3] + " "):
            lines.append(self.line())
        return "\n".join(lines)

    def ask(self, line):
        self.socket.sendall(f"{line}\r\n".encode())
        return self.reply()

    def secure(self):
        assert not self.buffer
        self.socket = context.wrap_socket(
            self.socket, server_hostname="localhost", suppress_ragged_eofs=False
        )

    def clear(self):
        self.socket = self.socket.unwrap()


control = Control()
# What data connections resume in the place of the control connection's session.
strange = None


def open_data(line):
    """Returns the connection after the mark, and how to secure it."""
    if task.get("active"):
        family = socket.AF_INET6 if ":" in task["host"] else socket.AF_INET
        listener = socket.create_server((task["host"], 0), family=family)
        listener.settimeout(20)
        number = 2 if ":" in task["host"] else 1
        expect(control.ask(f"EPRT |{number}|{task['host']}|{listener.getsockname()[1]}|"), "200")
        expect(control.ask(line), "150")
        data = listener.accept()[0]
        listener.close()
    else:
        port = int(expect(control.ask("EPSV"), "229").split("|")[3])
        data = socket.create_connection((task["host"], port), timeout=20)
        expect(control.ask(line), "150")
    if not task.get("protected", True):
        return data
    session = strange or (control.socket.session if task.get("resume", True) else None)
    return context.wrap_socket(
        data, server_hostname="localhost", session=session, suppress_ragged_eofs=False
    )


def expect(reply, code):
    assert reply.startswith(code), reply
    return reply


def transfer(line, size, then=None):
    """Downloads when size is None; else uploads so many bytes. Sends another command behind the mark."""
    try:
        data = open_data(line)
        if then:
            control.socket.sendall(f"{then}\r\n".encode())
    except (ssl.SSLError, OSError) as error:
        return {"error": type(error).__name__, "reply": control.reply()}
    count = 0
    resumed = getattr(data, "session_reused", None)
    try:
        if size is None:
            while part := data.recv(1 << 18):
                count += len(part)
        else:
            data.sendall(b"x" * size)
            count = size
        # Sends our closing alert and waits for the server's.
        if isinstance(data, ssl.SSLSocket):
            data.unwrap().close()
        else:
            data.close()
    except (ssl.SSLError, OSError) as error:
        return {"error": type(error).__name__, "reply": control.reply()}
    return {"bytes": count, "resumed": resumed, "reply": control.reply()}


for [step, *arguments] in task["steps"]:
    match step:
        case "ask":
            results.append(control.ask(arguments[0]))
        case "reply":
            results.append(control.reply())
        case "secure":
            control.secure()
            results.append(control.socket.version())
        case "clear":
            control.clear()
            results.append("clear")
        case "get":
            results.append(transfer(arguments[0], None, *arguments[1:]))
        case "put":
            results.append(transfer(arguments[0], arguments[1]))
        case "steal":
            stranger = Control()
            stranger.reply()
            for line in ["AUTH TLS", None, "USER alice", "PASS secret"]:
                stranger.secure() if line is None else stranger.ask(line)
            strange = stranger.socket.session
            results.append(strange.has_ticket)
        case "keep":
            strange = control.socket.session
            results.append(None)
        case "return":
            strange = None
            results.append(None)
        case "resume":
            task["resume"] = arguments[0]
            results.append(None)
print(json.dumps(results))
