/**
 * How tnftp does each thing, the `ftp` command of the BSDs and of macOS: commands read from standard input.
 */

import { dirname, join } from "node:path";
import { run } from "../support/client_program.ts";
import type { Address, Client } from "../support/client_suite.ts";
import type { Tree } from "../support/client_tree.ts";

/** The client. */
export const TNFTP: Client = {
  name: "tnftp",
  // No recursion in tnftp: folders and names come from the test.
  uploadTree: (at, tree) =>
    tnftp(
      at,
      ...foldersOf(tree).map((folder) => `mkdir ${escaped(folder)}`),
      ...[...tree.files.keys()].map((name) => `put ${escaped(join(tree.path, name))} ${escaped(name)}`),
    ),
  async downloadTree(at, tree, folder) {
    for (const name of foldersOf(tree)) await Deno.mkdir(join(folder, name));
    await tnftp(
      at,
      ...[...tree.files.keys()].map((name) => `get ${escaped(name)} ${escaped(join(folder, name))}`),
    );
  },
  list: (at) => tnftp(at, "ls"),
  upload: (at, { local, remote }, signal) =>
    tnftp({ ...at, signal }, `put ${escaped(local)} ${escaped(remote)}`),
  download: (at, { local, remote }, signal) =>
    tnftp({ ...at, signal }, `get ${escaped(remote)} ${escaped(local)}`),
  async resumeUpload(at, { local, remote }) {
    // It prints the name, a tab and the size.
    const size = /\t(\d+)/.exec(await tnftp(at, `size ${escaped(remote)}`))?.[1];
    return tnftp(at, `restart ${size}`, `put ${escaped(local)} ${escaped(remote)}`);
  },
  resumeDownload: (at, { local, remote }) => tnftp(at, `reget ${escaped(remote)} ${escaped(local)}`),
  makeDirectory: (at, name) => tnftp(at, `mkdir ${escaped(name)}`),
  removeDirectory: (at, name) => tnftp(at, `rmdir ${escaped(name)}`),
  rename: (at, from, to) => tnftp(at, `rename ${escaped(from)} ${escaped(to)}`),
  remove: (at, name) => tnftp(at, `delete ${escaped(name)}`),
};

/**
 * Runs the commands. It ends with code 0 whatever failed, so what counts is what the server has afterwards.
 */
function tnftp(
  { host, port, active, account, signal }: Address & { signal?: AbortSignal | undefined },
  ...commands: string[]
): Promise<string> {
  const input = [`user ${account.name} ${account.password}`, "binary", ...commands, "bye", ""].join("\n");
  return run("tnftp", ["-n", "-i", "-V", active ? "-A" : "-p", host, String(port)], { input, signal });
}

/** The folders of the tree, each after the one that holds it. */
function foldersOf(tree: Tree): string[] {
  const folders = new Set<string>();
  for (const name of tree.files.keys()) {
    for (let folder = dirname(name); folder !== "."; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort();
}

/** Inside quotes tnftp has no way to write a quote. */
function escaped(name: string): string {
  return name.replace(/["'\\ ]/g, "\\$&");
}
