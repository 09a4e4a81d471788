/**
 * The servers that are measured: how each is started for one home on a free loopback port, as fast as it can
 * be told to be.
 */

import { join } from "node:path";
import { SERVE } from "../support/serve_command.ts";
import { Child } from "./child.ts";

/**
 * Who logs in everywhere. vsftpd has its anonymous account alone, to which the name belongs: no account of
 * the system is needed.
 */
export const ACCOUNT = { user: "ftp", password: "secret" } as const;

/** What a server is started with. */
export interface StartOptions {
  /** The account's home. */
  readonly home: string;
  /** An empty folder for its own files. */
  readonly own: string;
  /** A PEM file with certificate and key; undefined for no TLS. */
  readonly pem: string | undefined;
  /** An executable in the place of our `main.ts`. */
  readonly program: string | undefined;
  /** What ours is told besides, by the names of its settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server that runs. */
export interface Running extends AsyncDisposable {
  readonly port: number;
  /** Its process, for memory and CPU of the tree below it. */
  readonly pid: number;
  /** What it complained of when it ended by itself; undefined while it runs. */
  lastWords(): Promise<string | undefined>;
}

/** A server that can be measured. */
export interface Server {
  readonly name: string;
  /** Its version; undefined where it cannot run. */
  version(program: string | undefined): Promise<string | undefined>;
  start(options: StartOptions): Promise<Running>;
}

/** Where Debian puts things: pyftpdlib belongs to the system's Python. */
const SYSTEM_PYTHON = "/usr/bin/python3", VSFTPD_PROGRAM = "/usr/sbin/vsftpd";
const START_S = 20;
const MOST_TRIES = 3;
/** Enough that a port rests in TIME_WAIT while others are used, below those that clients draw theirs from. */
const PASSIVE_PORTS = 5000;

/** Ours. */
const BASEFTP: Server = {
  name: "baseftp",
  async version(program) {
    const [command, ...args] = commandOf(program);
    const text = await output(command, [...args, "--version"]);
    const deno = program ? "executable" : `Deno ${Deno.version.deno}`;
    return text === undefined ? undefined : `${text.replace("baseftp ", "")} (${deno})`;
  },
  async start({ home, own, pem, program, settings: more }) {
    const accounts = join(own, "accounts.ini");
    await Deno.writeTextFile(accounts, `${ACCOUNT.user} ${ACCOUNT.password} elradfmwMT ${home}\n`, {
      mode: 0o600,
    });
    const first = 10_000 + Math.floor(Math.random() * 15_000);
    const settings = {
      "config": accounts,
      "host": "127.0.0.1",
      "port": "0",
      "passive-ports": `${first}-${first + PASSIVE_PORTS - 1}`,
      "max-connections": "0",
      "max-connections-per-ip": "0",
      "login-timeout": "600",
      "idle-timeout": "3600",
      "shutdown-timeout": "0",
      "log-level": "warning",
      // Deno lets only a thread with every permission into /dev, where systems have their file system in
      // memory.
      ...home.startsWith("/dev/") && { "workers": "0" },
      ...(pem ? { "tls": "offered", "tls-certificate": pem } : { "tls": "off" }),
      ...more,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    return await startKept(this.name, [...commandOf(program), ...flags], {
      ready: /ftp:\/\/127\.0\.0\.1:(\d+)\/[^]*Ctrl\+C/,
    });
  },
};

function commandOf(program: string | undefined): [string, ...string[]] {
  return program ? [program] : [Deno.execPath(), ...SERVE];
}

/** Anonymous access with every right; no limits; the rest is what the package does by default. */
const VSFTPD_SETTINGS = {
  listen: "YES",
  listen_ipv6: "NO",
  listen_address: "127.0.0.1",
  background: "NO",
  anonymous_enable: "YES",
  write_enable: "YES",
  anon_upload_enable: "YES",
  anon_mkdir_write_enable: "YES",
  anon_other_write_enable: "YES",
  anon_world_readable_only: "NO",
  anon_umask: "022",
  connect_from_port_20: "NO",
  xferlog_enable: "NO",
  max_clients: "20000",
  max_per_ip: "20000",
  idle_session_timeout: "3600",
  data_connection_timeout: "3600",
  // Containers seldom allow these, and they cost a network namespace for each connection.
  isolate: "NO",
  isolate_network: "NO",
  seccomp_sandbox: "NO",
};

const VSFTPD_TLS = {
  ssl_enable: "YES",
  allow_anon_ssl: "YES",
  force_anon_logins_ssl: "YES",
  force_anon_data_ssl: "YES",
  require_ssl_reuse: "NO",
  ssl_ciphers: "HIGH",
};

const VSFTPD: Server = {
  name: "vsftpd",
  async version() {
    if (Deno.uid() !== 0) return undefined;
    // It tells its version on its standard input.
    const text = await output("sh", ["-c", `${VSFTPD_PROGRAM} -v 0>&1`]);
    return text?.replace(/^.*version /s, "");
  },
  async start({ home, own, pem }) {
    const [settings, empty] = [join(own, "conf"), join(own, "empty")];
    await Deno.mkdir(empty);
    const places = { anon_root: home, secure_chroot_dir: empty };
    const tls = pem ? { ...VSFTPD_TLS, rsa_cert_file: pem, rsa_private_key_file: pem } : {};
    for (let tries = 1;; tries++) {
      const port = freePort();
      const lines = Object.entries({ ...VSFTPD_SETTINGS, ...places, ...tls, listen_port: port });
      await Deno.writeTextFile(settings, lines.map(([name, value]) => `${name}=${value}\n`).join(""));
      try {
        return await startKept(this.name, [VSFTPD_PROGRAM, settings], { port });
      } catch (error) {
        // Another process may have taken the port meanwhile.
        if (tries === MOST_TRIES) throw error;
      }
    }
  },
};

const PYFTPDLIB: Server = {
  name: "pyftpdlib",
  version: () =>
    output(SYSTEM_PYTHON, [
      "-W",
      "ignore",
      "-c",
      "import pyftpdlib, sys; print(pyftpdlib.__ver__ + ' (Python ' + sys.version.split()[0] + ')')",
    ]),
  async start({ home, pem }) {
    const script = join(import.meta.dirname!, "load", "pyftpdlib_server.py");
    const args = [script, home, ACCOUNT.user, ACCOUNT.password, ...pem ? [pem] : []];
    return await startKept(this.name, [SYSTEM_PYTHON, "-W", "ignore", ...args], { ready: /^(\d+)\n/ });
  },
};

/** All of them; the first is ours. */
export const SERVERS: readonly Server[] = [BASEFTP, VSFTPD, PYFTPDLIB];

/**
 * Starts a server under the keeper, which ends it when we end, and waits until it says its port or accepts on
 * the given one.
 */
async function startKept(
  name: string,
  command: readonly string[],
  { ready, port }: { ready: RegExp; port?: undefined } | { ready?: undefined; port: number },
): Promise<Running> {
  const child = new Child(name, "python3", [join(import.meta.dirname!, "load", "keeper.py"), ...command]);
  try {
    const [, pid] = await child.until(/^(\d+)\n/, { seconds: START_S });
    const said = ready && (await child.until(ready, { seconds: START_S }))[1];
    if (port !== undefined) await greets(port, child);
    child.drain();
    return {
      port: port ?? Number(said),
      pid: Number(pid),
      lastWords: () => child.lastWords(),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** For a server that does not tell when it is ready. */
async function greets(port: number, server: Child): Promise<void> {
  const limitMs = performance.now() + START_S * 1000;
  for (;;) {
    try {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      if (await connection.read(new Uint8Array(1024)) !== null) return;
    } catch {
      // It does not listen yet, or has ended.
    }
    const failure = await server.lastWords();
    if (failure !== undefined) throw new Error(`Cannot start a server: ${failure}`);
    if (performance.now() > limitMs) throw new Error(`Cannot start a server: nothing greets at port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The first line that a program prints; undefined when it is not there or fails. */
async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args: [...args], stderr: "null" }).output();
    const [line] = new TextDecoder().decode(stdout).trim().split("\n");
    return success ? line : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
