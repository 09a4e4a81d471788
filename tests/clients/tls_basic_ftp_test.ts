/**
 * What has to work with basic-ftp over TLS, in Node: Deno's own TLS client neither resumes sessions nor ends
 * every download.
 */

import { join } from "node:path";
import { run } from "../support/client_program.ts";
import type { Address } from "../support/client_suite.ts";
import { testClientOverTls } from "../support/client_tls.ts";
import { BASIC_FTP } from "./basic_ftp.ts";

testClientOverTls({
  ...BASIC_FTP,
  program: "node",
  uploadTree: (at, tree) => node(at, { do: "upload-tree", local: tree.path }),
  downloadTree: (at, _tree, folder) => node(at, { do: "download-tree", local: folder }),
  list: (at) => node(at, { do: "list" }),
  upload: (at, file, signal) => node({ ...at, signal }, { do: "upload", ...file }),
  download: (at, file, signal) => node({ ...at, signal }, { do: "download", ...file }),
  resumeUpload: (at, file) => node(at, { do: "resume-upload", ...file }),
  resumeDownload: (at, file) => node(at, { do: "resume-download", ...file }),
  makeDirectory: (at, remote) => node(at, { do: "make-directory", remote }),
  removeDirectory: (at, remote) => node(at, { do: "remove-directory", remote }),
  rename: (at, remote, to) => node(at, { do: "rename", remote, to }),
  remove: (at, remote) => node(at, { do: "delete", remote }),
  async countResumed(at, options) {
    const resumed: boolean[] = JSON.parse(await node(at, { do: "reuse", ...options }));
    return resumed.filter(Boolean).length;
  },
});

/** Does one task of the script beside this file and returns what it printed. */
function node(
  { account, signal, ...at }: Address & { signal?: AbortSignal | undefined },
  task: Record<string, string | number>,
): Promise<string> {
  const script = join(import.meta.dirname!, "basic_ftp_client.mjs");
  const library = import.meta.resolve("basic-ftp");
  return run("node", [script], { input: JSON.stringify({ library, ...account, ...at, ...task }), signal });
}
