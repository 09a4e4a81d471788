"""Acts and watches: takes its settings as JSON, then acts, each a line of standard input, and prints a JSON record for each.

Settings and acts are those of tests/bench/fairness.ts. It ends with its standard input.
"""
import json
import signal
import socket
import sys
import time
from types import SimpleNamespace

from acts import Acts, Actor
from client import Refused, now
from machine import allow_many_descriptors
from many import list_at_once
from things import Things
from watcher import Watcher


class Target(SimpleNamespace):
    """The server, which is another one at each act."""

    def dial(self):
        return socket.create_connection((self.host, self.port), self.act)


def perform(target, acts, act, paths):
    """Makes ready, watches, acts, and gives the record."""
    run = getattr(acts, act["run"])(act, [line.format(*paths) for line in act["lines"]])
    actor = Actor(target)
    watcher = Watcher(target, time.sleep)
    record, started = {}, now()
    actor.limit_at = started + target.act
    try:
        run(actor)
        record["seconds"] = now() - started
    except (OSError, EOFError, ValueError, Refused) as error:
        record["seconds"] = now() - started
        if now() >= actor.limit_at:
            record["aborted"] = actor.give_up()
        else:
            record["error"] = str(error) or repr(error)
    actor.control.close()
    return {**record, "codes": actor.codes, **watcher.stop()}


def main():
    target = Target(**json.loads(sys.argv[1]), tls=None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Who started it ends it.
    allow_many_descriptors()
    acts, things = Acts(target), Things(target.home)
    for line in sys.stdin:
        order = json.loads(line)
        act, target.port, target.pid = order["act"], order["port"], order["pid"]
        target.web_port = order.get("webPort")
        paths = things.arrange(act["things"])
        try:
            record = list_at_once(target, act, paths[0]) if act["run"] == "many" else perform(target, acts, act, paths)
        except (OSError, EOFError, Refused) as error:
            record = {"error": str(error) or repr(error), "seconds": 0, "codes": []}
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
