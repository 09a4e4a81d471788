"""Runs a server until its own standard input ends: prints the server's process ID first, then what the server prints.

So a measurement that is broken off, in whatever way, leaves no server behind.
"""
import os
import signal
import subprocess
import sys
import threading

#: How long the server may take to end in order, seconds.
GRACE_S = 3

# Whatever ends the measurement may be sent to all of its group. Handlers, for the server would inherit that a signal is ignored.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: None)
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
print(server.pid, flush=True)


def end():
    sys.stdin.read()
    is_wanted.set()
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
            server.wait(GRACE_S)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


is_wanted = threading.Event()
watch = threading.Thread(target=end, daemon=True)
watch.start()
code = server.wait()
if not is_wanted.is_set():
    sys.exit(f"it ended by itself, with code {code}")
watch.join(2 * GRACE_S)
