/**
 * How NcFTP does each thing: ncftpput, ncftpget and ncftpls for trees and listings, the interactive ncftp for
 * the rest.
 */

import { join } from "node:path";
import { run } from "../support/client_program.ts";
import type { Address, Client } from "../support/client_suite.ts";

/** The client. */
export const NCFTP: Client = {
  name: "ncftp",
  // It speaks IPv4 only.
  cannot: ["passive over IPv6", "active over IPv6"],
  async uploadTree(at, tree) {
    const top = (await Array.fromAsync(Deno.readDir(tree.path))).map(({ name }) => join(tree.path, name));
    await batch("ncftpput", at, "-V", "-R", "/", ...top);
  },
  downloadTree: (at, _tree, folder) => batch("ncftpget", at, "-V", "-R", folder, "/"),
  list: (at) => batch("ncftpls", at, `ftp://${at.host}/`),
  // Without -z, two names are two files to transfer.
  upload: (at, { local, remote }, signal) =>
    ncftp({ ...at, signal }, `put -z ${escaped(local)} ${escaped(remote)}`),
  download: (at, { local, remote }, signal) =>
    ncftp({ ...at, signal }, `get -z ${escaped(remote)} ${escaped(local)}`),
  resumeUpload: (at, { local, remote }) => ncftp(at, `put -z ${escaped(local)} ${escaped(remote)}`),
  resumeDownload: (at, { local, remote }) => ncftp(at, `get -z ${escaped(remote)} ${escaped(local)}`),
  asText: {
    upload: (at, local) => batch("ncftpput", at, "-V", "-a", "/", local),
    download: (at, { name, folder }) => batch("ncftpget", at, "-V", "-a", folder, `/${name}`),
  },
  makeDirectory: (at, name) => ncftp(at, `mkdir ${escaped(name)}`),
  removeDirectory: (at, name) => ncftp(at, `rmdir ${escaped(name)}`),
  rename: (at, from, to) => ncftp(at, `rename ${escaped(from)} ${escaped(to)}`),
  remove: (at, name) => ncftp(at, `rm ${escaped(name)}`),
};

/** Runs one of the programs for batches, with the account as a file on standard input. */
function batch(
  program: string,
  { host, port, active, account }: Address,
  ...args: string[]
): Promise<string> {
  const input = `host ${host}\nuser ${account.name}\npass ${account.password}\n`;
  return run(program, ["-f", "/dev/stdin", "-P", String(port), active ? "-E" : "-F", ...args], { input });
}

/**
 * Runs the interactive program. It ends with code 0 whatever failed, so what counts is what the server has
 * afterwards.
 */
function ncftp(
  { host, port, active, account, signal }: Address & { signal?: AbortSignal | undefined },
  command: string,
): Promise<string> {
  const input = [
    // Otherwise names such as *.txt are sent as text.
    'set auto-ascii ""',
    `set passive ${active ? "off" : "on"}`,
    `open -u ${account.name} -p ${account.password} -P ${port} ${host}`,
    command,
    "quit",
    "",
  ].join("\n");
  return run("ncftp", [], { input, signal });
}

/** Inside quotes ncftp has no way to write a quote. */
function escaped(name: string): string {
  return name.replace(/["'\\ ]/g, "\\$&");
}
