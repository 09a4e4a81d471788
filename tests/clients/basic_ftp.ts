/** How basic-ftp does each thing: the client library of many Node programs, in this process. */

import { Client as Session } from "basic-ftp";
import type { Address, Client } from "../support/client_suite.ts";

/** The client. */
export const BASIC_FTP: Client = {
  name: "basic-ftp",
  program: null,
  // It has passive mode only.
  cannot: ["active over IPv4", "active over IPv6"],
  uploadTree: (at, tree) => session(at, (ftp) => ftp.uploadFromDir(tree.path)),
  downloadTree: (at, _tree, folder) => session(at, (ftp) => ftp.downloadToDir(folder)),
  list: (at) => session(at, async (ftp) => (await ftp.list()).map(({ name }) => name).join("\n")),
  upload: (at, { local, remote }, signal) =>
    session({ ...at, signal }, (ftp) => ftp.uploadFrom(local, remote)),
  download: (at, { local, remote }, signal) =>
    session({ ...at, signal }, (ftp) => ftp.downloadTo(local, remote)),
  resumeUpload: (at, { local, remote }) =>
    session(at, async (ftp) => ftp.appendFrom(local, remote, { localStart: await ftp.size(remote) })),
  resumeDownload: (at, { local, remote }) =>
    session(at, async (ftp) => ftp.downloadTo(local, remote, (await Deno.stat(local)).size)),
  makeDirectory: (at, name) => session(at, (ftp) => ftp.send(`MKD ${name}`)),
  removeDirectory: (at, name) => session(at, (ftp) => ftp.send(`RMD ${name}`)),
  rename: (at, from, to) => session(at, (ftp) => ftp.rename(from, to)),
  remove: (at, name) => session(at, (ftp) => ftp.remove(name)),
};

async function session<T>(
  { host, port, account, signal }: Address & { signal?: AbortSignal | undefined },
  work: (ftp: Session) => Promise<T>,
): Promise<T> {
  const ftp = new Session(30_000);
  const close = (): void => ftp.close();
  signal?.addEventListener("abort", close);
  try {
    await ftp.access({ host, port, user: account.name, password: account.password });
    return await work(ftp);
  } finally {
    signal?.removeEventListener("abort", close);
    ftp.close();
  }
}
