"""One session of Python's ftplib: does the task that the JSON on standard input describes."""

import ftplib
import json
import os
import socket
import ssl
import sys

task = json.load(sys.stdin)


class StrictTls(ftplib.FTP_TLS):
    """Resumes the control connection's session on data connections, and takes no end of data without the closing alert.

    FTP_TLS itself sends the closing alert after each transfer and waits for the server's.
    """

    def __init__(self, settings, **options):
        version = ssl.TLSVersion["TLSv" + settings["version"].replace(".", "_")]
        context = ssl.create_default_context(cafile=settings["authority"])
        context.minimum_version = context.maximum_version = version
        super().__init__(context=context, **options)
        self.reused = []

    def connect_implicit(self, host, port):
        self.host, self.port = host, port
        sock = socket.create_connection((host, port), self.timeout)
        self.af = sock.family
        self.sock = self.context.wrap_socket(sock, server_hostname=host)
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()

    def ntransfercmd(self, cmd, rest=None):
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        conn = self.context.wrap_socket(
            conn,
            server_hostname=self.host,
            session=self.sock.session,
            suppress_ragged_eofs=False,
        )
        self.reused.append(conn.session_reused)
        return conn, size


def connect():
    options = {"timeout": 30, "encoding": "utf-8"}
    settings = task.get("tls")
    ftp = StrictTls(settings, **options) if settings else ftplib.FTP(**options)
    if settings and settings["implicit"]:
        ftp.connect_implicit(task["host"], task["port"])
    else:
        ftp.connect(task["host"], task["port"])
    ftp.login(task["name"], task["password"])
    if settings:
        ftp.prot_p()
    ftp.set_pasv(not task["active"])
    return ftp


def upload(ftp, local, remote, rest=None):
    with open(local, "rb") as file:
        if rest is not None:
            file.seek(rest)
        ftp.storbinary(f"STOR {remote}", file, blocksize=1 << 16, rest=rest)


def download(ftp, remote, local, rest=None):
    with open(local, "wb" if rest is None else "ab") as file:
        ftp.retrbinary(f"RETR {remote}", file.write, blocksize=1 << 16, rest=rest)


def upload_tree(ftp, folder):
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            ftp.mkd(name)
            ftp.cwd(name)
            upload_tree(ftp, path)
            ftp.cwd("..")
        else:
            upload(ftp, path, name)


def download_tree(ftp, folder):
    for name, facts in list(ftp.mlsd()):
        path = os.path.join(folder, name)
        if facts["type"] == "dir":
            os.mkdir(path)
            ftp.cwd(name)
            download_tree(ftp, path)
            ftp.cwd("..")
        elif facts["type"] == "file":
            download(ftp, name, path)


def upload_aborted(ftp, local, remote, size):
    """Sends so many bytes and then ABOR, whose line end ftplib sends as urgent data."""
    ftp.voidcmd("TYPE I")
    with open(local, "rb") as file, ftp.transfercmd(f"STOR {remote}") as data:
        data.sendall(file.read(size))
        ftp.abort()  # takes the reply of STOR
        ftp.voidresp()


with connect() as ftp:
    local, remote = task.get("local"), task.get("remote")
    match task["do"]:
        case "upload-tree":
            upload_tree(ftp, local)
        case "download-tree":
            download_tree(ftp, local)
        case "list":
            print("\n".join(ftp.nlst()))
        case "upload":
            upload(ftp, local, remote)
        case "download":
            download(ftp, remote, local)
        case "resume-upload":
            ftp.voidcmd("TYPE I")
            upload(ftp, local, remote, rest=ftp.size(remote))
        case "resume-download":
            download(ftp, remote, local, rest=os.path.getsize(local))
        case "make-directory":
            ftp.mkd(remote)
        case "remove-directory":
            ftp.rmd(remote)
        case "rename":
            ftp.rename(remote, task["to"])
        case "delete":
            ftp.delete(remote)
        case "reuse":
            for _ in range(task["times"] // 2):
                download(ftp, remote, local)
                upload(ftp, local, remote)
            print(json.dumps(ftp.reused))
        case "abort-upload":
            upload_aborted(ftp, local, remote, task["size"])
            print("\n".join(ftp.nlst()))
