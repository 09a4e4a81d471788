/**
 * Prints how fast protected data connections are, beside a bare loop over the runtime's own TLS listener:
 * `deno run -A tests/bench/tls_bench.ts [MiB] [ROUNDS]`.
 */

/*
 * Rounds of both take turns, so that a busy moment of the machine hits both; shown are medians, also of
 * the ratio of each round. The client is OpenSSL's in a process of its own
 * (Python's `ssl`), so that the server has a core to itself.
 */

import { FtpServer } from "../../src/server.ts";
import { makeSelfSigned } from "../../src/net/self_signed.ts";
import { TlsContext } from "../../src/net/tls.ts";
import { Permissions } from "../../src/users/permissions.ts";
import { MemoryUserStore } from "../../src/users/user_store.ts";
import { join } from "node:path";

const megabytes = Number(Deno.args[0] ?? 512);
const rounds = Number(Deno.args[1] ?? 7);
const size = megabytes * 1024 * 1024;

/**
 * Moves the bytes and prints the seconds that it took: `bare PORT down|up SIZE` or `ftp PORT down|up SIZE`.
 */
const CLIENT = `
import ftplib, socket, ssl, sys, time
kind, port, way, size = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
context = ssl._create_unverified_context()
buffer = bytearray(1 << 20)

def move(data):
    start = time.perf_counter()
    done = 0
    if way == "down":
        while n := data.recv_into(buffer): done += n
    else:
        view = memoryview(buffer)
        while done < size: done += data.send(view[:size - done])
    if way == "up":
        data.unwrap()
    assert done == size, done
    return time.perf_counter() - start

if kind == "bare":
    sock = socket.create_connection(("127.0.0.1", port))
    data = context.wrap_socket(sock)
    print(move(data))
else:
    class Session(ftplib.FTP_TLS):
        def ntransfercmd(self, cmd, rest=None):
            conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
            return self.context.wrap_socket(conn, session=self.sock.session), size
    ftp = Session(context=context)
    ftp.connect("127.0.0.1", port)
    ftp.login("bench", "bench")
    ftp.prot_p()
    ftp.voidcmd("TYPE I")
    data = ftp.transfercmd("RETR file" if way == "down" else "STOR copy")
    seconds = move(data)
    data.close()
    ftp.voidresp()
    print(seconds)
`;

async function client(kind: "bare" | "ftp", port: number, way: "down" | "up"): Promise<number> {
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: ["-c", CLIENT, kind, String(port), way, String(size)],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return Number(new TextDecoder().decode(stdout));
}

/** One connection: all bytes of the file to the client. */
async function bareDownload(
  port: (port: number) => Promise<number>,
  path: string,
  pem: Pem,
): Promise<number> {
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: pem.certificate, key: pem.key });
  const seconds = port(listener.addr.port);
  using connection = await listener.accept();
  using file = await Deno.open(path);
  const buffer = new Uint8Array(256 * 1024);
  for (let length; (length = await file.read(buffer)) !== null;) {
    for (let sent = 0; sent < length;) sent += await connection.write(buffer.subarray(sent, length));
  }
  await connection.closeWrite();
  return await seconds;
}

/** One connection: all bytes from the client into the file. */
async function bareUpload(port: (port: number) => Promise<number>, path: string, pem: Pem): Promise<number> {
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: pem.certificate, key: pem.key });
  const seconds = port(listener.addr.port);
  using connection = await listener.accept();
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const buffer = new Uint8Array(256 * 1024);
  for (let length; (length = await connection.read(buffer)) !== null;) {
    for (let put = 0; put < length;) put += await file.write(buffer.subarray(put, length));
  }
  await connection.closeWrite();
  return await seconds;
}

interface Pem {
  readonly certificate: string;
  readonly key: string;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const pem = await makeSelfSigned(["localhost", "127.0.0.1"]);
const context = new TlsContext(pem);
const home = await Deno.makeTempDir({ dir: "/dev/shm" });
try {
  const path = join(home, "file");
  await Deno.writeFile(path, new Uint8Array(0));
  await Deno.truncate(path, size);
  const options = {
    users: new MemoryUserStore([{
      name: "bench",
      password: "bench",
      home,
      permissions: new Permissions("elradfmwMT" as Iterable<never>),
    }]),
    hostname: "127.0.0.1",
    port: 0,
    tls: { current: context, latest: () => Promise.resolve(context) },
  };
  await using server = new FtpServer(options);
  await using strict = new FtpServer({ ...options, requireTlsResumption: true });
  for (const one of [server, strict]) one.listen();
  const { port } = server.address;
  const runs = {
    "download bare": () => bareDownload((port) => client("bare", port, "down"), path, pem),
    "download PROT P": () => client("ftp", port, "down"),
    "download strict": () => client("ftp", strict.address.port, "down"),
    "upload bare": () => bareUpload((port) => client("bare", port, "up"), join(home, "bare"), pem),
    "upload PROT P": () => client("ftp", port, "up"),
    "upload strict": () => client("ftp", strict.address.port, "up"),
  };
  const speeds: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) (speeds[name] ??= []).push(size / 1e6 / await run());
  }
  for (const way of ["download", "upload"]) {
    const [bare, ours] = [speeds[`${way} bare`]!, speeds[`${way} PROT P`]!];
    const ratio = median(ours.map((speed, round) => speed / bare[round]!));
    const strictSpeed = median(speeds[`${way} strict`]!);
    // deno-lint-ignore no-console
    console.log(
      `${way}: ${median(ours).toFixed(0)} MB/s PROT P, ${median(bare).toFixed(0)} MB/s bare, ratio ${
        ratio.toFixed(2)
      }; ${strictSpeed.toFixed(0)} MB/s where the own TLS session is required`,
    );
  }
} finally {
  await Deno.remove(home, { recursive: true });
}
