/**
 * How lftp does each thing: it mirrors whole trees, several files at a time; commands read from standard
 * input.
 */

import { join } from "node:path";
import { run } from "../support/client_program.ts";
import type { Address, Client, ClientTls } from "../support/client_suite.ts";

/** The client. */
export const LFTP: Client = {
  name: "lftp",
  // Towards ::1, and only there, it names :: as its own address: no server can connect to that.
  cannot: ["active over IPv6"],
  uploadTree: (at, tree) => lftp(at, `mirror -R --parallel=3 ${quoted(tree.path)} .`),
  downloadTree: (at, _tree, folder) => lftp(at, `mirror --parallel=3 . ${quoted(folder)}`),
  list: (at) => lftp(at, "ls"),
  upload: (at, { local, remote }, signal) =>
    lftp({ ...at, signal }, `put ${quoted(local)} -o ${quoted(remote)}`),
  download: (at, { local, remote }, signal) =>
    lftp({ ...at, signal }, `get ${quoted(remote)} -o ${quoted(local)}`),
  // Asks for SIZE and sends the rest by REST and STOR.
  resumeUpload: (at, { local, remote }) => lftp(at, `put -c ${quoted(local)} -o ${quoted(remote)}`),
  resumeDownload: (at, { local, remote }) => lftp(at, `get -c ${quoted(remote)} -o ${quoted(local)}`),
  asText: {
    upload: (at, local) => lftp(at, `put -a ${quoted(local)}`),
    download: (at, { name, folder }) => lftp(at, `get -a ${quoted(name)} -o ${quoted(join(folder, name))}`),
  },
  makeDirectory: (at, name) => lftp(at, `mkdir ${quoted(name)}`),
  removeDirectory: (at, name) => lftp(at, `rmdir ${quoted(name)}`),
  rename: (at, from, to) => lftp(at, `mv ${quoted(from)} ${quoted(to)}`),
  remove: (at, name) => lftp(at, `rm ${quoted(name)}`),
};

function lftp(
  { host, port, active, account, tls, signal }: Address & { signal?: AbortSignal | undefined },
  command: string,
): Promise<string> {
  const input = [
    "set cmd:fail-exit true",
    "set net:max-retries 1",
    "set net:timeout 20",
    ...tls ? overTls(tls) : ["set ftp:ssl-allow false"],
    `set ftp:passive-mode ${!active}`,
    `open -u ${account.name},${account.password} -p ${port} ${tls?.implicit ? "ftps" : "ftp"}://${
      host.includes(":") ? `[${host}]` : host
    }`,
    command,
    "exit 0",
  ].join("\n");
  return run("lftp", ["--norc", "-f", "/dev/stdin"], { input, signal });
}

function overTls({ version, authority }: ClientTls): string[] {
  return [
    "set ftp:ssl-force true",
    "set ftp:ssl-protect-data true",
    "set ssl:verify-certificate true",
    `set ssl:ca-file ${quoted(authority)}`,
    `set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS${version}`,
  ];
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
