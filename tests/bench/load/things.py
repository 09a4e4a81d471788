"""What the acts of the fairness table act on: files and folders in the home, and what is uploaded. Nothing of it is timed."""
import os
import shutil
import zlib

from client import MIB

#: A folder of files beside what is removed before each act: another file system may be mounted there.
MOUNT = "mount"
LINE_CHARACTERS = 60
#: Long enough that a pattern is tried at many places of it, and within the 255 bytes of a name.
LONG_NAME = "a" * 240


def text_block():
    """Lines of text, a MiB and a little more."""
    filler = "the quick brown fox jumps over the lazy dog and on "
    lines = (f"{number:07d} {filler}\n" for number in range(MIB // LINE_CHARACTERS + 1))
    return "".join(lines).encode()


def block_of(content):
    return text_block() if content == "text" else os.urandom(16 * MIB)


def deflated(content, size):
    """A file in memory that inflates to so many bytes, made of one block over and over: that is soon done."""
    block = block_of(content)[:size]
    level = 6 if content == "text" else 0
    engine = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    piece = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    source, check = os.memfd_create("deflated"), zlib.adler32(b"")
    os.write(source, b"\x78\x9c")
    for _ in range(max(1, size // len(block))):
        os.write(source, piece)
        check = zlib.adler32(block, check)
    os.write(source, engine.flush() + check.to_bytes(4, "big"))
    return source


class Things:
    """The folder `/w` of the home."""

    def __init__(self, home):
        self.folder = os.path.join(home, "w")

    def arrange(self, things):
        """Makes these, keeps those that are there, removes everything else, and gives their paths for clients."""
        names = [self.name_of(**thing) for thing in things]
        for entry in list(os.scandir(self.folder)):
            if entry.name in names:
                continue
            if entry.name == MOUNT:
                self.empty(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)
        for name, thing in zip(names, things):
            path = os.path.join(self.folder, name)
            if not os.path.exists(path):
                getattr(self, "make_" + thing["kind"])(path, thing["amount"])
        return [f"/w/{name}" for name in names]

    @staticmethod
    def name_of(kind, amount, number=0):
        return f"{kind}-{amount}-{number}"

    @staticmethod
    def empty(folder):
        for entry in list(os.scandir(folder)):
            os.unlink(entry.path)

    @staticmethod
    def make_sparse(path, size):
        with open(path, "wb") as file:
            file.truncate(size)

    @staticmethod
    def fill(path, size, block):
        with open(path, "wb", buffering=0) as file:
            while file.tell() < size:
                file.write(block[:size - file.tell()])

    def make_text(self, path, size):
        self.fill(path, size, text_block())

    def make_random(self, path, size):
        self.fill(path, size, block_of("random"))

    @staticmethod
    def make_files(path, count):
        os.mkdir(path)
        for number in range(count):
            os.close(os.open(f"{path}/file-number-{number:06d}.txt", os.O_CREAT | os.O_WRONLY, 0o644))

    @staticmethod
    def make_long(path, count):
        os.mkdir(path)
        for number in range(count):
            os.close(os.open(f"{path}/{LONG_NAME}{number:06d}", os.O_CREAT | os.O_WRONLY, 0o644))
