/** How Python's ftplib does each thing: the script beside this file does one task in one session. */

import { join } from "node:path";
import { run } from "../support/client_program.ts";
import type { Address, Client } from "../support/client_suite.ts";

/** The client. */
export const FTPLIB: Client = {
  name: "ftplib",
  program: "python3",
  uploadTree: (at, tree) => ftplib(at, { do: "upload-tree", local: tree.path }),
  downloadTree: (at, _tree, folder) => ftplib(at, { do: "download-tree", local: folder }),
  list: (at) => ftplib(at, { do: "list" }),
  upload: (at, file, signal) => ftplib({ ...at, signal }, { do: "upload", ...file }),
  download: (at, file, signal) => ftplib({ ...at, signal }, { do: "download", ...file }),
  resumeUpload: (at, file) => ftplib(at, { do: "resume-upload", ...file }),
  resumeDownload: (at, file) => ftplib(at, { do: "resume-download", ...file }),
  makeDirectory: (at, remote) => ftplib(at, { do: "make-directory", remote }),
  removeDirectory: (at, remote) => ftplib(at, { do: "remove-directory", remote }),
  rename: (at, remote, to) => ftplib(at, { do: "rename", remote, to }),
  remove: (at, remote) => ftplib(at, { do: "delete", remote }),
};

/** Does one task of the script and returns what it printed. */
export function ftplib(
  { account, signal, ...at }: Address & { signal?: AbortSignal | undefined },
  task: Record<string, string | number>,
): Promise<string> {
  const script = join(import.meta.dirname!, "ftplib_client.py");
  return run("python3", [script], { input: JSON.stringify({ ...account, ...at, ...task }), signal });
}
