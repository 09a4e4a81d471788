/**
 * Runs tls_dialogue.py: sessions of OpenSSL's, which resume, go back to clear text, and mind the closing
 * alert.
 */

import { join } from "node:path";
import { run } from "../support/client_program.ts";
import { sharedIdentity } from "../support/certificates.ts";
import { temporaryFolder } from "../support/client_tree.ts";

/** One step; see the script. */
export type Step =
  | readonly ["ask", string]
  | readonly ["reply"]
  | readonly ["secure"]
  | readonly ["clear"]
  /** The second command is sent behind the mark, its reply left to be read. */
  | readonly ["get", string, string?]
  | readonly ["put", string, number]
  | readonly ["resume", boolean]
  /**
   * From now on data connections resume the session of another client, that which the control connection has
   * at this moment, or its present one again.
   */
  | readonly ["steal"]
  | readonly ["keep"]
  | readonly ["return"];

/** What came of a transfer. */
export interface Moved {
  readonly bytes?: number;
  /** Whether the data connection resumed the control connection's session, as the client sees it. */
  readonly resumed?: boolean;
  /** What the client ran into. */
  readonly error?: string;
  readonly reply: string;
}

/** How the session is done. */
export interface DialogueOptions {
  readonly port: number;
  readonly host?: "127.0.0.1" | "::1";
  readonly version?: "TLSv1_2" | "TLSv1_3";
  readonly active?: boolean;
  /** Whether data connections are under TLS. Default: true. */
  readonly protected?: boolean;
  /** Whether data connections resume the control connection's session. Default: true. */
  readonly resume?: boolean;
}

let authorityFile: Promise<string> | undefined;

/** The PEM file of the authority that vouches for the certificates of this file's servers. */
function authorityPath(): Promise<string> {
  return authorityFile ??= (async () => {
    const path = join(await temporaryFolder(), "authority.pem");
    await Deno.writeTextFile(path, (await sharedIdentity()).authority.certificate);
    return path;
  })();
}

/** Does the steps in one session and returns what came of each. */
export async function dialogue(
  { host = "127.0.0.1", ...options }: DialogueOptions,
  steps: readonly Step[],
): Promise<(string | boolean | Moved | null)[]> {
  const input = JSON.stringify({ host, ...options, ca: await authorityPath(), steps });
  return JSON.parse(await run("python3", [join(import.meta.dirname!, "tls_dialogue.py")], { input }));
}

/** The steps from the greeting to a login with protected data connections. */
export const LOGIN: readonly Step[] = [
  ["reply"],
  ["ask", "AUTH TLS"],
  ["secure"],
  ["ask", "PBSZ 0"],
  ["ask", "PROT P"],
  ["ask", "USER alice"],
  ["ask", "PASS secret"],
];
