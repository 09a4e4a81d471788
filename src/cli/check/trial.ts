/**
 * Does what a client would: logs in, lists, uploads and deletes, through each address, plain and under TLS.
 * On a server that runs with the account of a person, else on one that is started for this, in an empty
 * folder.
 */

import { serverOptions } from "../../config/load.ts";
import type { Settings } from "../../config/schema.ts";
import { passivePorts } from "../../options/kinds.ts";
import { readMounts } from "../../storage/mounts.ts";
import { HomeLooks } from "../../users/home_looks.ts";
import { generatePassword } from "../../users/password.ts";
import { PERMISSION_LETTERS, type PermissionLetter, Permissions } from "../../users/permissions.ts";
import { MemoryUserStore } from "../../users/user_store.ts";
import type { IdentitySource } from "../../workers/desk.ts";
import { WorkerPool } from "../../workers/worker_pool.ts";
import type { Finding } from "./finding.ts";
import { FtpProbe, ProbeError } from "./ftp_probe.ts";

/** A name and a password to try with. */
export interface TrialAccount {
  readonly name: string;
  readonly password: string;
  /** What it may do in its root, where that is known; else everything is tried. */
  readonly letters?: ReadonlySet<PermissionLetter>;
}

/** What to try. */
export interface TrialOptions {
  readonly settings: Settings;
  /** The addresses to connect to. */
  readonly addresses: readonly string[];
  /** Whether there is a certificate to show. */
  readonly tls: "off" | "on";
}

/** Starts a server with these settings on a free port, and tries it. */
export async function tryOwnServer(
  options: TrialOptions,
  identities: IdentitySource | undefined,
): Promise<Finding[]> {
  const { settings } = options;
  const home = await Deno.makeTempDir({ prefix: "baseftp-check-" });
  try {
    const account = { name: "check", password: generatePassword() };
    const permissions = new Permissions(Object.keys(PERMISSION_LETTERS) as PermissionLetter[]);
    const users = [{ ...account, home, permissions }];
    await using pool = new WorkerPool({
      count: 1,
      // On no port of the settings: the server that is being checked may run on them.
      server: serverOptions({ ...settings, port: 0, implicitTlsPort: "none", webPort: "none" }),
      users: new MemoryUserStore(users),
      accounts: () => users,
      looks: new HomeLooks({ readMounts }),
      identities,
      readMounts,
      record: () => {},
    });
    await pool.listen();
    return await tryEach({ ...options, account, port: pool.address.port, where: "a server made for this" });
  } finally {
    await Deno.remove(home, { recursive: true }).catch(() => {});
  }
}

/** Tries the server that runs, with an account of its own. */
export async function tryRunningServer(options: TrialOptions, account: TrialAccount): Promise<Finding[]> {
  return await tryEach({ ...options, account, port: options.settings.port, where: "the running server" });
}

interface Trial extends TrialOptions {
  readonly account: TrialAccount;
  readonly port: number;
  readonly where: string;
}

async function tryEach(trial: Trial): Promise<Finding[]> {
  const ways = trial.tls === "on" ? ["plain", "tls"] as const : ["plain"] as const;
  const isTlsDemanded = trial.settings.tlsPolicy === "login" || trial.settings.tlsPolicy === "data";
  const findings: Finding[] = [];
  // One after the other: the limits of connections hold for this client too.
  for (const host of trial.addresses) {
    for (const way of ways) {
      if (way === "plain" && trial.tls === "on" && isTlsDemanded) continue;
      findings.push(await tryOne(trial, { host, way }));
    }
  }
  return findings;
}

async function tryOne(
  { account, port, where, settings }: Trial,
  { host, way }: { host: string; way: "plain" | "tls" },
): Promise<Finding> {
  const subject = `${way === "tls" ? "TLS" : "Login"} at ${host}`;
  const name = `.baseftp-check-${crypto.randomUUID()}`;
  try {
    using probe = await FtpProbe.connect({ host, port });
    if (way === "tls") await probe.startTls();
    await probe.login(account);
    const { letters } = account;
    const mayList = letters?.has("l") ?? true;
    if (mayList) await probe.fetch("LIST");
    // What could not be taken away again is not left in somebody's home.
    const mayClean = !letters?.has("w") || (letters.has("r") && letters.has("d"));
    const written = mayClean
      ? await upload(probe, name)
      : "; nothing was uploaded, for it could not delete it";
    await probe.ask("QUIT", [221]);
    const listed = mayList ? ", listed" : "; it may not list";
    return { subject, outcome: "fine", text: `${where}: logged in${listed}${written}` };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    const remedy = remedyFor(error, settings);
    return { subject, outcome: "broken", text: `${where}: ${error.message}`, ...remedy && { remedy } };
  }
}

const SAMPLE = new TextEncoder().encode("A file of baseftp check, which may be deleted.\n");

/** What was done besides listing: an account that may only read has no more to show. */
async function upload(probe: FtpProbe, name: string): Promise<string> {
  try {
    await probe.store(`STOR ${name}`, SAMPLE);
  } catch (error) {
    if (error instanceof ProbeError && /answered with: 55[03]/.test(error.message)) {
      return "; it may not upload, so nothing was";
    }
    throw error;
  }
  const back = await probe.fetch(`RETR ${name}`);
  if (back.length !== SAMPLE.length) throw new ProbeError("A file came back with another size");
  await probe.ask(`DELE ${name}`, [250]);
  return ", uploaded, downloaded, deleted";
}

/** What to do where the step that failed says so. */
function remedyFor({ message }: ProbeError, settings: Settings): string | undefined {
  if (/data connection/.test(message)) {
    const ports = passivePorts.format(settings.passivePorts);
    return `let the passive ports (${ports}) in: something on this machine keeps data connections away`;
  }
  if (/answered with: 530/.test(message)) return "see whether name and password are right";
  if (/^No connection|greeting/.test(message)) {
    return "see whether a firewall keeps the port from this address";
  }
  return undefined;
}
