"""Gives every connection to a free loopback port to a program, as inetd does: prints the port, ends with its standard input.

A server that cannot choose a free port by itself need not be told one.
"""
import os
import socket
import subprocess
import sys
import threading

listener = socket.create_server(("127.0.0.1", 0))
sessions = []


def serve():
    while True:
        connection, _ = listener.accept()
        with connection:
            sessions[:] = [session for session in sessions if session.poll() is None]
            sessions.append(subprocess.Popen(sys.argv[1:], stdin=connection, stdout=connection, stderr=subprocess.DEVNULL))


threading.Thread(target=serve, daemon=True).start()
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
for session in sessions:
    session.terminate()
os._exit(0)
