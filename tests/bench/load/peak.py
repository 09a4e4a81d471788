"""The most memory that a server takes while something is done."""
import os
import signal
import threading

from client import MIB
from machine import pss, tree

#: A server that takes more is killed, for the machine has other things to do. MiB.
MOST_MIB = 6 * 1024
#: How often the memory is looked at, seconds.
LOOK_S = 0.05


class Peak:
    """Looks at the memory of a tree of processes until it is stopped."""

    def __init__(self, root):
        self.root = root
        self.first = self.most = pss(root)[0] / MIB
        self.is_over, self.was_killed = threading.Event(), False
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.is_over.wait(LOOK_S):
            self.most = max(self.most, pss(self.root)[0] / MIB)
            if self.most > MOST_MIB:
                self.was_killed = True
                for process in tree(self.root):
                    os.kill(process, signal.SIGKILL)
                return

    def stop(self):
        self.is_over.set()
        self.thread.join()
