/**
 * The servers of others: how each is started for one home on a free loopback port, as fast as it can be told
 * to be.
 */

import { join } from "node:path";
import { ACCOUNT, firstLineOf, type Server, startAtFreePort, startKept } from "./server.ts";

/** Where Debian puts programs that are not for everybody; some have it not in their PATH. */
const SYSTEM_PROGRAMS = "/usr/sbin";

/** The program of that name in PATH, where an unpacked package may be, or where Debian has it. */
function programOf(name: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return [...folders, SYSTEM_PROGRAMS].map((folder) => join(folder, name)).find(isThere);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Anonymous access with every right; no limits; the rest is what the package does by default. */
const VSFTPD_SETTINGS = {
  listen: "YES",
  listen_ipv6: "NO",
  listen_address: "127.0.0.1",
  background: "NO",
  anonymous_enable: "YES",
  // The account that its package makes is missing where it was only unpacked; this one has a home everywhere.
  ftp_username: "daemon",
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

/** vsftpd: a process for each session and one that watches it; needs root. */
export const VSFTPD: Server = {
  name: "vsftpd",
  kind: "peer",
  async version() {
    const program = programOf("vsftpd");
    if (Deno.uid() !== 0 || !program) return undefined;
    // It tells its version on its standard input.
    const text = await firstLineOf("sh", ["-c", '"$1" -v 0>&1', "sh", program]);
    return text?.replace(/^.*version /s, "");
  },
  async start({ home, own, pem }) {
    const [settings, empty] = [join(own, "conf"), join(own, "empty")];
    await Deno.mkdir(empty);
    const places = { anon_root: home, secure_chroot_dir: empty };
    const tls = pem ? { ...VSFTPD_TLS, rsa_cert_file: pem, rsa_private_key_file: pem } : {};
    return await startAtFreePort(async (port) => {
      const lines = Object.entries({ ...VSFTPD_SETTINGS, ...places, ...tls, listen_port: port });
      await Deno.writeTextFile(settings, lines.map(([name, value]) => `${name}=${value}\n`).join(""));
      return await startKept(this.name, [programOf("vsftpd")!, settings], { port });
    });
  },
};

/** The system's nobody: Pure-FTPd lets nobody in as root, and everybody may write in `/w`. */
const NOBODY = 65534;
/**
 * The password for a server that knows no plain text, by the cheapest hash (MD5-crypt, 0.2 ms): the rows of
 * logins time servers, not hashes. `openssl passwd -1 -salt bench secret`.
 */
const CHEAP_HASH = "$1$bench$2oXJ6TuqyPIgNPp162CoB.";
/** Names and depth that Pure-FTPd lists at most. */
const PUREFTPD_LISTING = "1000000:20";

/** Pure-FTPd, without the wrapper of its package: a process for each session; needs root. */
export const PUREFTPD: Server = {
  name: "pureftpd",
  kind: "peer",
  async version() {
    const program = programOf("pure-ftpd");
    if (Deno.uid() !== 0 || !program || !programOf("pure-pw")) return undefined;
    return /v([\d.]+)/.exec(await firstLineOf(program, ["--help"]) ?? "")?.[1];
  },
  async start({ home, own, pem }) {
    const [accounts, database] = [join(own, "passwd"), join(own, "pdb")];
    const line = [ACCOUNT.user, CHEAP_HASH, NOBODY, NOBODY, "", `${home}/./`, ..."::::::::::".split(":")];
    await Deno.writeTextFile(accounts, `${line.join(":")}\n`, { mode: 0o600 });
    if (await firstLineOf(programOf("pure-pw")!, ["mkdb", database, "-f", accounts]) === undefined) {
      throw new Error("Cannot start pureftpd: pure-pw makes no accounts");
    }
    const settings = [
      ...["-4", "-H", "-E", "-l", `puredb:${database}`, "-u", "1", "-g", join(own, "pid")],
      ...["-c", "20000", "-C", "20000", "-I", "600", "-L", PUREFTPD_LISTING, "-f", "none"],
      ...pem ? ["-Y", "2", "-2", pem] : [],
    ];
    const running = await startAtFreePort((port) =>
      startKept(this.name, [programOf("pure-ftpd")!, "-S", `127.0.0.1,${port}`, ...settings], { port })
    );
    return {
      ...running,
      async [Symbol.asyncDispose]() {
        await running[Symbol.asyncDispose]();
        await sweepScoreboard();
      },
    };
  },
};

/** Pure-FTPd notes each session in a file that is named by its process, which stays when that is killed. */
async function sweepScoreboard(): Promise<void> {
  const folder = "/run/pure-ftpd";
  const files = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  for (const { name } of files) {
    const [, process] = /^client-0*(\d+)$/.exec(name) ?? [];
    if (process && !isThere(`/proc/${process}/stat`)) await Deno.remove(join(folder, name)).catch(() => {});
  }
}

/** Debian's Python, to which its pyftpdlib belongs, and the first in PATH. */
const PYTHONS = ["/usr/bin/python3", "python3"];
const TELL_VERSION = `import pyftpdlib, sys
version = getattr(pyftpdlib, "__ver__", None) or pyftpdlib.__version__
print(version + " (Python " + sys.version.split()[0] + ")")`;

/** pyftpdlib: one asynchronous process. Of the Pythons that have it, the one with the newest. */
export function pyftpdlib({ checkout }: { readonly checkout: string | undefined }): Server {
  const env: Record<string, string> = checkout ? { PYTHONPATH: Deno.realPathSync(checkout) } : {};
  let python: string | undefined;
  return {
    name: "pyftpdlib",
    kind: "peer",
    async version() {
      const found: { python: string; version: string }[] = [];
      for (const python of PYTHONS) {
        const version = await firstLineOf(python, ["-W", "ignore", "-c", TELL_VERSION], env);
        if (version) found.push({ python, version });
      }
      const [newest] = found.sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }));
      python = newest?.python;
      return newest?.version;
    },
    async start({ home, pem }) {
      const script = join(import.meta.dirname!, "load", "pyftpdlib_server.py");
      const args = ["-W", "ignore", script, home, ACCOUNT.user, ACCOUNT.password, ...pem ? [pem] : []];
      return await startKept(this.name, [python ?? PYTHONS[0]!, ...args], { ready: /^(\d+)\n/ }, env);
    },
  };
}
