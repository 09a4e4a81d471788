"""Many clients that ask for the same listing at once, and the memory that it takes the server."""
import select
import socket

from client import MIB, buffer, now
from crowd import Member, log_in
from peak import MOST_MIB, Peak

#: How long logging in may stand still, seconds.
LOGIN_STALL_S = 10
#: How many times the limit of one client's act all of them together may take.
PATIENCE = 5


class Lister(Member):
    """A session of a crowd that lists."""

    def list(self, directory, command, codes):
        yield from self.command(f"CWD {directory}", "250")
        data = yield from self.data()
        yield from self.command(command, ("1", "4", "5"))
        while True:
            try:
                if not data.recv_into(buffer, MIB, socket.MSG_TRUNC):
                    break
            except BlockingIOError:
                yield data, select.EPOLLIN
        self.crowd.close(data)
        codes.append((yield from self.reply(("2", "4", "5")))[:3])


def list_at_once(target, act, directory):
    """The record of it."""
    _, crowd, members = log_in(target, act["clients"], act["clients"], LOGIN_STALL_S, Lister)
    codes, peak, started = [], Peak(target.pid), now()
    limit = PATIENCE * target.act
    record = {}
    try:
        for member in members:
            crowd.start(member.list(directory, act["lines"][-1], codes))
        crowd.run(limit, until=lambda: now() > started + limit)
        if crowd.live:
            record["error"] = f"{crowd.live} of them were not through"
    except (TimeoutError, RuntimeError) as error:
        record["error"] = str(error)
    peak.stop()
    if peak.was_killed:
        record["error"] = f"killed when it had taken {MOST_MIB} MiB"
    for member in members:
        member.control.close()
    return {**record, "seconds": now() - started, "codes": codes, "memory": peak.most, "memory_before": peak.first}
