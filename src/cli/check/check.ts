/**
 * `check`: files, homes, ports, certificate, addresses and firewall; then a client's own way through it all.
 */

import type { Settings } from "../../config/schema.ts";
import { readMounts } from "../../storage/mounts.ts";
import { type Accounts, everyone } from "../../users/accounts.ts";
import { HomeLooks } from "../../users/home_looks.ts";
import { formatProblem } from "../../ini/problem.ts";
import { ROOT } from "../../protocol/pathname.ts";
import { ownAddresses, usableAddresses } from "../announcement.ts";
import { type CertificateState, checkTls, tlsState } from "../certificate.ts";
import { type ConfigurationSources, readConfiguration } from "../configuration.ts";
import { openAdmins } from "../open_admins.ts";
import { terminalColumns } from "../columns.ts";
import { wrap } from "../help.ts";
import { callOf, print } from "../terminal.ts";
import { uncheckableNames } from "../stored_passwords.ts";
import { waitingAloud } from "../waiting.ts";
import { passingIdentity } from "../share/passing_identity.ts";
import { checkCertificate } from "./certificate_end.ts";
import { type Finding, findingLines, verdictOf } from "./finding.ts";
import { checkFirewall, SYSTEM_FIREWALL } from "./firewall.ts";
import { checkHomes } from "./homes.ts";
import { checkMetrics } from "./metrics.ts";
import { checkPorts, loopbackOf } from "./ports.ts";
import { checkPublicAddress } from "./public_address.ts";
import { type TrialAccount, tryOwnServer, tryRunningServer } from "./trial.ts";

/** How to check. */
export interface CheckOptions {
  readonly sources: ConfigurationSources;
  /** Who logs in to the server that runs; undefined to leave it alone. */
  readonly account: TrialAccount | undefined;
  readonly output: "text" | "json";
}

/** The most addresses that a client's way is gone through. */
const MOST_ADDRESSES = 8;

/** Checks everything; the exit code is 1 when something is wrong. */
export async function check({ sources, account, output }: CheckOptions): Promise<number> {
  const findings = await findAll(sources, account);
  const verdict = verdictOf(findings);
  if (output === "json") {
    print(JSON.stringify({ ready: verdict.isReady, verdict: verdict.text, findings }));
  } else {
    const colors = Deno.stdout.isTerminal() && !Deno.noColor;
    const columns = terminalColumns();
    for (const line of findingLines(findings, { colors, columns })) print(line);
    print();
    for (const line of wrap(verdict.text.split(" "), columns)) print(line);
  }
  return verdict.isReady ? 0 : 1;
}

async function findAll(
  sources: ConfigurationSources,
  account: TrialAccount | undefined,
): Promise<Finding[]> {
  const { configFile } = sources;
  const looks = new HomeLooks({ readMounts });
  const configuration = await waitingAloud(readConfiguration(sources, looks), looks);
  const { settings, accounts, hasFile, problems } = configuration;
  // What stands on wrong files would be wrong too.
  if (problems.length > 0) return problems.map((problem) => broken("Files", formatProblem(problem)));
  const addresses = usableAddresses(settings.hostname, ownAddresses());
  const ports = await checkPorts(settings);
  const state = await tlsState(settings, configFile);
  const { finding: certificate, identities } = await checkCertificate(settings, configFile, { state });
  const firewall = await checkFirewall(
    { control: settings.port, passive: settings.passivePorts },
    SYSTEM_FIREWALL,
  );
  return [
    ...filesFindings(configFile, { accounts, hasFile }),
    ...await hashFindings(accounts),
    ...adminFindings(openAdmins(settings, { users: accounts.users, hasCertificate: state !== "off" })),
    ...await checkHomes(everyone(accounts)),
    ...ports.findings,
    ...await checkMetrics(settings, configFile),
    certificate,
    await checkPublicAddress(settings, addresses),
    ...firewall ? [firewall] : [],
    ...await trialFindings({
      ...{ settings, configFile, addresses, identities, state, ...ports },
      account: account && withLetters(account, accounts),
    }),
  ];
}

/** The account with what it may do in its root: a drop box there lets it upload, whatever its letters are. */
function withLetters(account: TrialAccount, accounts: Accounts): TrialAccount {
  const user = everyone(accounts).find(({ name }) => name === account.name);
  if (!user) return account;
  if (user.dropBoxes?.includes(ROOT)) return { ...account, letters: new Set(["w"]) };
  return { ...account, letters: user.permissions.lettersAt(ROOT) };
}

function filesFindings(
  configFile: string,
  { accounts, hasFile }: { accounts: Accounts; hasFile: boolean },
): Finding[] {
  if (!hasFile) {
    return [{
      subject: "Files",
      outcome: "fine",
      text: `there is no ${configFile} yet, the first start makes it`,
    }];
  }
  const count = accounts.users.length === 1 ? "1 account" : `${accounts.users.length} accounts`;
  const anonymous = accounts.anonymous ? " and anonymous access" : "";
  const files: Finding = {
    subject: "Files",
    outcome: "fine",
    text: `${configFile} has ${count}${anonymous}`,
  };
  if (accounts.plainText.length === 0) return [files];
  const text = `stored as plain text: ${accounts.plainText.join(", ")}`;
  const remedy = `run: ${callOf("passwd --all")}`;
  return [files, { subject: "Passwords", outcome: "advice", text, remedy }];
}

/** Administrators whose passwords anybody on the way can read. */
function adminFindings(names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  const text = `the passwords of ${names.join(", ")} travel in clear: the page is over plain HTTP anywhere`;
  const remedy = "set tls = offered, or web-plain-http = private";
  return [{ subject: "Administrators", outcome: "advice", text, remedy }];
}

/** Hashes that this runtime does not know. */
async function hashFindings({ users }: Accounts): Promise<Finding[]> {
  const names = await uncheckableNames(users);
  if (names.length === 0) return [];
  const text = `the Argon2id hashes of ${
    names.join(", ")
  } need Deno 2.9 or newer, this is ${Deno.version.deno}`;
  return [broken("Passwords", text, `run a newer baseftp, or: ${callOf(`user passwd ${names[0]}`)}`)];
}

async function trialFindings(
  { settings, configFile, addresses, account, identities, isRunning, state }: {
    readonly settings: Settings;
    readonly configFile: string;
    readonly addresses: readonly string[];
    readonly account: TrialAccount | undefined;
    readonly identities: Parameters<typeof tryOwnServer>[1];
    readonly isRunning: boolean;
    readonly state: CertificateState;
  },
): Promise<Finding[]> {
  try {
    await checkTls({ settings, configFile });
  } catch (error) {
    return [broken("TLS", error instanceof Error ? error.message : String(error))];
  }
  const shown = identities ?? (state === "missing" ? await passingIdentity() : undefined);
  const options = {
    settings,
    addresses: (addresses.length > 0 ? addresses : [loopbackOf(settings.hostname)]).slice(0, MOST_ADDRESSES),
    tls: shown ? "on" : "off",
  } as const;
  if (!account) return await tryOwnServer(options, shown);
  if (isRunning) return await tryRunningServer(options, account);
  return [broken("Login", `no server answers on port ${settings.port}`, `start it with: ${callOf("serve")}`)];
}

function broken(subject: string, text: string, remedy?: string): Finding {
  return { subject, outcome: "broken", text, ...remedy !== undefined && { remedy } };
}
