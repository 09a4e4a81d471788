"""Serves a folder with pyftpdlib on a free loopback port, which it prints: `pyftpdlib_server.py HOME NAME PASSWORD [PEM]`."""
import logging
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

home, name, password, *pem = sys.argv[1:]
logging.basicConfig(level=logging.ERROR)
if pem:
    from pyftpdlib.handlers import TLS_FTPHandler as FTPHandler

    FTPHandler.certfile = pem[0]
FTPHandler.authorizer = DummyAuthorizer()
FTPHandler.authorizer.add_user(name, password, home, perm="elradfmwMT")
FTPHandler.timeout = 0
server = FTPServer(("127.0.0.1", 0), FTPHandler)
server.max_cons = 20000
server.max_cons_per_ip = 0
print(server.address[1], flush=True)
server.serve_forever()
