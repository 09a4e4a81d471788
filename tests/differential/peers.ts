/** The servers that are compared: how each is started on a free loopback port with a home of its own. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { MemoryUserStore } from "../../src/users/user_store.ts";
import { ALL_LETTERS, permissionsOf, TestServer } from "../support/server.ts";
import { within } from "../support/raw_socket.ts";
import { ACCOUNT } from "./tree.ts";

/** The names that the tables use. */
export type PeerName = "vsftpd" | "pyftpdlib";

/** A server that runs. */
export interface Running extends AsyncDisposable {
  readonly port: number;
}

/** Another server. */
export interface Peer {
  readonly name: PeerName;
  /** Why it cannot run here; undefined when it can. */
  missing(): Promise<string | undefined>;
  /** Starts it with this home; the folder may hold files of its own besides. */
  start(folder: { readonly home: string; readonly own: string }): Promise<Running>;
}

/** Where Debian puts things: pyftpdlib belongs to the system's Python. */
const PYTHON = "/usr/bin/python3", VSFTPD_PROGRAM = "/usr/sbin/vsftpd";

/**
 * Anonymous access with every right, so that no account of the system is needed; the rest is what the package
 * does by default.
 */
const VSFTPD_SETTINGS = {
  listen: "NO",
  anonymous_enable: "YES",
  secure_email_list_enable: "YES",
  delay_failed_login: "0",
  write_enable: "YES",
  anon_upload_enable: "YES",
  anon_mkdir_write_enable: "YES",
  anon_other_write_enable: "YES",
  anon_world_readable_only: "NO",
  anon_umask: "022",
  ascii_upload_enable: "YES",
  ascii_download_enable: "YES",
  connect_from_port_20: "NO",
  xferlog_enable: "NO",
  // Containers seldom allow these.
  isolate: "NO",
  isolate_network: "NO",
  seccomp_sandbox: "NO",
};

/** vsftpd, which is started anew for each connection, as inetd did it. */
export const VSFTPD: Peer = {
  name: "vsftpd",
  async missing() {
    if (!await isThere(VSFTPD_PROGRAM)) return "vsftpd is not installed";
    return Deno.uid() === 0 ? undefined : "vsftpd needs root";
  },
  async start({ home, own }) {
    const [settings, passwords, empty] = ["conf", "passwords", "empty"].map((name) => join(own, name));
    await Deno.mkdir(empty!);
    await Deno.writeTextFile(passwords!, `${ACCOUNT.password}\n`);
    const places = { anon_root: home, secure_chroot_dir: empty, email_password_file: passwords };
    const lines = Object.entries({ ...VSFTPD_SETTINGS, ...places }).map(([name, value]) =>
      `${name}=${value}\n`
    );
    await Deno.writeTextFile(settings!, lines.join(""));
    return await startScript("inetd.py", VSFTPD_PROGRAM, settings!);
  },
};

/** pyftpdlib. */
export const PYFTPDLIB: Peer = {
  name: "pyftpdlib",
  async missing() {
    if (!await isThere(PYTHON)) return "python3 is not installed";
    const { success } = await new Deno.Command(PYTHON, { args: ["-W", "ignore", "-c", "import pyftpdlib"] })
      .output();
    return success ? undefined : "pyftpdlib is not installed";
  },
  start: ({ home }) => startScript("pyftpdlib_server.py", home, ACCOUNT.name, ACCOUNT.password),
};

/** Starts our own, in this process. */
export function startBaseftp(home: string): Promise<Running> {
  const account = { ...ACCOUNT, home, permissions: permissionsOf(ALL_LETTERS) };
  return TestServer.start({ users: () => new MemoryUserStore([account]) });
}

async function isThere(program: string): Promise<boolean> {
  return await Deno.stat(program).then(({ isFile }) => isFile, () => false);
}

/** Runs a script of this folder that prints its port first and ends with its standard input. */
async function startScript(script: string, ...args: string[]): Promise<Running> {
  const child = new Deno.Command(PYTHON, {
    args: ["-W", "ignore", join(import.meta.dirname!, script), ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const end = async (): Promise<void> => {
    await child.stdin.close();
    await output.cancel();
    await within(child.status, `the end of ${script}`);
  };
  let line = "";
  while (!line.endsWith("\n")) {
    const { value, done } = await within(output.read(), `the port of ${script}`);
    line += done ? "\n" : value;
  }
  const port = Number(line);
  if (port > 0) return { port, [Symbol.asyncDispose]: end };
  await end();
  assert.fail(`${script} did not start`);
}
