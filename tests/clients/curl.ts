/** How curl does each thing: one URL for each file, settings read from standard input. */

import { join } from "node:path";
import { run } from "../support/client_program.ts";
import type { Address, Client } from "../support/client_suite.ts";

/**
 * One at a time, curl 7.88 now and then waits a whole second before it opens a data connection; several at a
 * time it does not.
 */
const PARALLEL = ["parallel", "parallel-max = 4"];

/** The client. */
export const CURL: Client = {
  name: "curl",

  // No recursion in curl: the names come from the test.
  uploadTree: (at, tree) =>
    curl(
      at,
      ...PARALLEL,
      "ftp-create-dirs",
      ...[...tree.files.keys()].flatMap((name) => upload(at, { local: join(tree.path, name), remote: name })),
    ),
  downloadTree: (at, tree, folder) =>
    curl(
      at,
      ...PARALLEL,
      "create-dirs",
      ...[...tree.files.keys()].flatMap((name) => download(at, { local: join(folder, name), remote: name })),
    ),
  list: (at) => curl(at, "list-only", `url = "${url(at, "")}"`),
  upload: (at, file, signal) => curl({ ...at, signal }, ...upload(at, file)),
  download: (at, file, signal) => curl({ ...at, signal }, ...download(at, file)),
  // Asks for SIZE and sends the rest by APPE.
  resumeUpload: (at, file) => curl(at, "continue-at = -", ...upload(at, file)),
  resumeDownload: (at, file) => curl(at, "continue-at = -", ...download(at, file)),
  makeDirectory: (at, name) => command(at, `MKD ${name}`),
  removeDirectory: (at, name) => command(at, `RMD ${name}`),
  rename: (at, from, to) => command(at, `RNFR ${from}`, `RNTO ${to}`),
  remove: (at, name) => command(at, `DELE ${name}`),
};

/** Runs it in one session and returns what it wrote. */
export function curl(
  { active, account, tls, signal }: Address & { signal?: AbortSignal | undefined },
  ...settings: string[]
): Promise<string> {
  const input = [
    `user = "${account.name}:${account.password}"`,
    "globoff",
    "fail-early",
    ...active ? ['ftp-port = "-"'] : [],
    ...tls
      ? ["ssl-reqd", `cacert = ${quoted(tls.authority)}`, `tlsv${tls.version}`, `tls-max = ${tls.version}`]
      : [],
    ...settings,
  ].join("\n");
  return run("curl", ["-q", "-sS", "--config", "-"], { input, signal });
}

/** Sends commands of the protocol, and lists the home because curl wants to transfer something. */
function command(at: Address, ...lines: string[]): Promise<string> {
  return curl(at, "list-only", ...lines.map((line) => `quote = ${quoted(line)}`), `url = "${url(at, "")}"`);
}

function upload(at: Address, { local, remote }: { local: string; remote: string }): string[] {
  return [`upload-file = ${quoted(local)}`, `url = "${url(at, remote)}"`];
}

/** The settings that download a file. */
export function download(at: Address, { local, remote }: { local: string; remote: string }): string[] {
  return [`output = ${quoted(local)}`, `url = "${url(at, remote)}"`];
}

function url({ host, port, tls }: Address, path: string): string {
  return `${tls?.implicit ? "ftps" : "ftp"}://${host.includes(":") ? `[${host}]` : host}:${port}/${
    path.split("/").map(encodeURIComponent).join("/")
  }`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
