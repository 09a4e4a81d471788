"""What the machine itself can do, without FTP: prints one JSON record. `python3 limits.py '{"home": …}'`, settings as for load.py.

Each is the plainest pair of processes that does the same work: one end is forked, the other measures. A limit is the best of several tries, with both
processes on one core and with each where the system puts it: which of the two is faster differs from machine to machine.
"""
import json
import os
import select
import socket
import ssl
import sys
from types import SimpleNamespace

from client import MIB, SOURCE_BYTES, buffer, make_source, now, tls_context
from machine import client_cpu, touch_memory

#: How often each limit is tried.
TRIES = 3
#: How many connections a crowd has, and how much is sent to one of them at once.
CONNECTIONS, STEP_BYTES = 64, 64 * 1024


def with_peer(peer, act):
    """(what act(address) returns, the peer's CPU seconds); peer(listener) is the other process."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    child = os.fork()
    if child == 0:
        try:
            peer(listener)
        finally:
            os._exit(0)
    try:
        result = act(listener.getsockname())
    finally:
        listener.close()
        _, _, usage = os.wait4(child, 0)
    return result, usage.ru_utime + usage.ru_stime


def best(act, better=max):
    """The best of the tries."""
    cores = os.sched_getaffinity(0)
    tries = []
    for number in range(TRIES):
        os.sched_setaffinity(0, {min(cores)} if number % 2 else cores)
        tries.append(act())
    os.sched_setaffinity(0, cores)
    return better(tries)


def connect(address):
    sock = socket.create_connection(address)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def sender(source, size):
    def peer(listener):
        sock, _ = listener.accept()
        sent = 0
        while sent < size:
            at = sent % SOURCE_BYTES
            sent += os.sendfile(sock.fileno(), source, at, min(SOURCE_BYTES - at, size - sent))
    return peer


def received(size, flags=0, into=None):
    """MB/s, and the receiver's CPU seconds for a GB."""
    def act(address):
        with connect(address) as sock:
            cpu, started = client_cpu(), now()
            while length := sock.recv_into(buffer, MIB, flags):
                if into is not None:
                    os.write(into, memoryview(buffer)[:length])
            return size / 1e6 / (now() - started), (client_cpu() - cpu) * 1e9 / size
    return act


def crowd_sender(source, size):
    """Sends to so many connections at once what is to be sent in all."""
    def peer(listener):
        sent = dict.fromkeys((listener.accept()[0] for _ in range(CONNECTIONS)), 0)
        poll, sockets = select.epoll(), {}
        for sock in sent:
            sock.setblocking(False)
            sockets[sock.fileno()] = sock
            poll.register(sock, select.EPOLLOUT)
        while sockets:
            for descriptor, _ in poll.poll():
                sock = sockets[descriptor]
                at, left = sent[sock] % SOURCE_BYTES, size // CONNECTIONS - sent[sock]
                sent[sock] += os.sendfile(descriptor, source, at, min(SOURCE_BYTES - at, left, STEP_BYTES))
                if sent[sock] == size // CONNECTIONS:
                    poll.unregister(sock)
                    sockets.pop(descriptor).close()
    return peer


def crowd_received(size):
    """MB/s over all of the connections, thrown away."""
    def act(address):
        poll, sockets = select.epoll(), {}
        for _ in range(CONNECTIONS):
            sock = connect(address)
            sock.setblocking(False)
            sockets[sock.fileno()] = sock
            poll.register(sock, select.EPOLLIN)
        started = now()
        while sockets:
            for descriptor, _ in poll.poll():
                if not sockets[descriptor].recv_into(buffer, MIB, socket.MSG_TRUNC):
                    sockets.pop(descriptor).close()
        return size / 1e6 / (now() - started)
    return act


def transfers(target, source):
    size = target.big * MIB
    path = os.path.join(target.home, "limit")

    def discard():
        (rate, _), cpu = with_peer(sender(source, size), received(size, socket.MSG_TRUNC))
        return rate, cpu * 1e9 / size

    def store():
        touch_memory(size)
        with open(path, "wb", buffering=0) as file:
            try:
                return with_peer(sender(source, size), received(size, into=file.fileno()))[0]
            finally:
                os.unlink(path)

    discarded, sending = zip(*best(discard, list))
    stored, storing = zip(*best(store, list))
    return {
        "copied": best(lambda: with_peer(sender(source, size), received(size))[0][0]),
        "discarded": max(discarded),
        "sending_cpu": min(sending),
        "discarded_many": best(lambda: with_peer(crowd_sender(source, size), crowd_received(size))[0]),
        "stored": max(stored),
        "storing_cpu": min(storing),
    }


def round_trips(target):
    """Lines that go there and back, one after the other."""
    def peer(listener):
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while got := sock.recv(100):
            sock.send(got)

    def act(address):
        count, started = 0, now()
        with connect(address) as sock:
            while now() - started < target.seconds / TRIES:
                sock.send(b"NOOP\r\n")
                sock.recv(100)
                count += 1
            return count / (now() - started)
    return best(lambda: with_peer(peer, act)[0])


def connections(target):
    """Connections that are made, accepted and closed, one after the other."""
    def peer(listener):
        while True:
            sock, _ = listener.accept()
            with sock:
                if sock.recv(1) == b"q":
                    return

    def act(address):
        count, started = 0, now()
        while now() - started < target.seconds / TRIES:
            with connect(address) as sock:
                sock.send(b"-")
                sock.recv(1)
            count += 1
        rate = count / (now() - started)
        with connect(address) as sock:
            sock.send(b"q")
        return rate
    return best(lambda: with_peer(peer, act)[0])


def listed(target):
    """Seconds to read the names of the directory and look at each."""
    folder = os.path.join(target.home, "w", "many")

    def act():
        started = now()
        for name in os.listdir(folder):
            os.lstat(f"{folder}/{name}")
        return now() - started
    return best(act, min)


def protected(target):
    """MB/s under TLS; handshakes a second, full and resumed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(target.pem)
    size, block = target.big * MIB, memoryview(os.urandom(MIB))

    def send(listener):
        sock, _ = listener.accept()
        with context.wrap_socket(sock, server_side=True) as data:
            for _ in range(target.big):
                sent = 0
                while sent < MIB:
                    sent += data.send(block[sent:])

    def receive(address):
        with tls_context().wrap_socket(connect(address)) as data:
            started, total = now(), 0
            while total < size:
                total += data.recv_into(buffer, MIB)
            return size / 1e6 / (now() - started)

    def greet(listener):
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with context.wrap_socket(sock, server_side=True) as data:
                data.send(b"-")
                if data.recv(1) == b"q":
                    return

    def shake(resume):
        def act(address):
            client, session = tls_context(), None
            count, started = 0, now()
            while True:
                last = now() - started > target.seconds / TRIES
                with client.wrap_socket(connect(address), session=session if resume else None) as data:
                    data.recv(1)
                    session = data.session
                    data.send(b"q" if last else b"-")
                count += 1
                if last:
                    return count / (now() - started)
        return act

    return {
        "tls": best(lambda: with_peer(send, receive)[0]),
        "handshakes": best(lambda: with_peer(greet, shake(False))[0]),
        "resumptions": best(lambda: with_peer(greet, shake(True))[0]),
    }


def main():
    target = SimpleNamespace(**json.loads(sys.argv[1]))
    source = make_source()
    found = {"round_trips": round_trips(target), "connections": connections(target), "listed": listed(target)}
    found.update(protected(target) if target.tls else transfers(target, source))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
