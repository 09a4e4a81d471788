"""What a process and all below it cost, read from /proc: CPU time and memory. Linux."""
import mmap
import os
import resource

TICKS = os.sysconf("SC_CLK_TCK")


def tree(root):
    """The process IDs of root and of everything below it."""
    children = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        fields = fields_of(name)
        if fields:
            children.setdefault(int(fields[1]), []).append(int(name))
    found, todo = [], [root]
    while todo:
        process = todo.pop()
        found.append(process)
        todo += children.get(process, ())
    return found


def fields_of(process):
    """The fields of /proc/PID/stat from the third on; None when the process has ended."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return None


def pss(root):
    """(bytes of memory, number of processes). A page that several share counts for each by its share (PSS)."""
    total = count = 0
    for process in tree(root):
        try:
            with open(f"/proc/{process}/smaps_rollup") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            count += 1
        except (OSError, StopIteration):
            continue
    return total * 1024, count


def alone(root):
    """(bytes of memory that it would take were it alone on the machine, number of processes).

    Another program of the same runtime shares the pages of its file, which PSS then counts in part. So those of the process that has most of
    them are counted whole; what processes have besides counts by its share, which is among themselves.
    """
    own = shared = count = 0
    for process in tree(root):
        try:
            with open(f"/proc/{process}/smaps_rollup") as file:
                sizes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in file) if "kB" in rest}
            with open(f"/proc/{process}/status") as file:
                of_files = next(int(line.split()[1]) for line in file if line.startswith("RssFile:"))
        except (OSError, StopIteration):
            continue
        own += sizes.get("Pss_Anon", 0) + sizes.get("Pss_Shmem", 0)
        shared = max(shared, of_files)
        count += 1
    return (own + shared) * 1024, count


class ServerCpu:
    """CPU seconds that a tree of processes uses from now on."""

    def __init__(self, root):
        self.root = root
        self.threads, self.reaped = self.look()

    def look(self):
        """Nanoseconds of each thread: ticks of 10 ms would lose what hundreds of short sessions use. What ended is told in ticks alone."""
        threads, reaped = {}, 0
        for process in tree(self.root):
            fields = fields_of(process)
            if not fields:
                continue
            reaped += int(fields[13]) + int(fields[14])
            try:
                for thread in os.listdir(f"/proc/{process}/task"):
                    with open(f"/proc/{process}/task/{thread}/schedstat") as file:
                        threads[thread] = int(file.read().split()[0])
            except OSError:
                continue
        return threads, reaped

    def seconds(self):
        """How many they are so far."""
        threads, reaped = self.look()
        nanoseconds = sum(value - self.threads.get(thread, 0) for thread, value in threads.items())
        return nanoseconds / 1e9 + (reaped - self.reaped) / TICKS

    def each(self, count):
        """Microseconds so far for each of so many operations."""
        return self.seconds() * 1e6 / max(1, count)


def client_cpu():
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def machine_cpu():
    """CPU seconds that the machine was busy so far, whoever with."""
    with open("/proc/stat") as file:
        values = [int(value) for value in file.readline().split()[1:9]]
    return (sum(values) - values[3] - values[4]) / TICKS


def touch_memory(size):
    """Takes and frees that much memory: where the machine is virtual, the first use of a page costs several times the copy into it."""
    populate = 0x8000  # MAP_POPULATE, which Python has a name for since 3.10 only.
    mmap.mmap(-1, max(size, mmap.PAGESIZE), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | populate).close()


def allow_many_descriptors():
    """Raises the limit of open descriptors as far as it goes."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
