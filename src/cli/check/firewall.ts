/**
 * Whether the firewall of this machine lets clients in, as far as it can be read. Linux: ufw and nftables.
 */

import type { PortRange } from "../../net/passive_ports.ts";
import type { Finding } from "./finding.ts";

const SUBJECT = "Firewall";

/** The ports that clients come to. */
export interface OpenPorts {
  readonly control: number;
  readonly passive: "any" | PortRange;
}

/** Where to read; tests have files and programs of their own. */
export interface FirewallSources {
  /** The text of a file; undefined when it may not be read or is not there. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** What `nft --json list ruleset` prints; undefined when it may not be asked. */
  readonly nftRuleset: () => Promise<string | undefined>;
}

/** The machine's own. */
export const SYSTEM_FIREWALL: FirewallSources = {
  read: (path) => Deno.readTextFile(path).catch(() => undefined),
  async nftRuleset() {
    try {
      const { success, stdout } = await new Deno.Command("nft", {
        args: ["--json", "list", "ruleset"],
        stderr: "null",
      }).output();
      return success ? new TextDecoder().decode(stdout) : undefined;
    } catch {
      return undefined;
    }
  },
};

/** Looks for rules that let the ports in. Nothing is found where no firewall is. */
export async function checkFirewall(
  ports: OpenPorts,
  sources: FirewallSources,
): Promise<Finding | undefined> {
  const ufw = await ufwRules(sources);
  if (ufw) return verdictFor("ufw", ports, ufw === "unreadable" ? undefined : ufw);
  const ruleset = await sources.nftRuleset();
  const nft = ruleset === undefined ? undefined : nftRules(ruleset);
  return nft && verdictFor("nftables", ports, nft);
}

/** A range of TCP ports that is let in. */
interface Opening {
  readonly first: number;
  readonly last: number;
}

function verdictFor(
  what: "ufw" | "nftables",
  { control, passive }: OpenPorts,
  openings: readonly Opening[] | undefined,
): Finding {
  const wanted = [
    { first: control, last: control },
    ...passive === "any" ? [] : [passive],
  ];
  const commands = wanted.map(({ first, last }) => commandFor(what, { first, last }));
  if (!openings) {
    const text = `${what} is on, and its rules cannot be read by this user`;
    return { subject: SUBJECT, outcome: "unknown", text, remedy: `see that it has: ${commands.join("; ")}` };
  }
  const isOpen = ({ first, last }: Opening): boolean =>
    openings.some((opening) => opening.first <= first && opening.last >= last);
  const missing = commands.filter((_, index) => !isOpen(wanted[index]!));
  if (missing.length === 0) return { subject: SUBJECT, outcome: "fine", text: `${what} lets the ports in` };
  const text = `${what} does not let all ports in, so others see no server, or a listing that hangs`;
  return { subject: SUBJECT, outcome: "broken", text, remedy: `run: ${missing.join("; ")}` };
}

function commandFor(what: "ufw" | "nftables", { first, last }: Opening): string {
  if (what === "ufw") return `sudo ufw allow ${first === last ? first : `${first}:${last}`}/tcp`;
  const ports = first === last ? first : `${first}-${last}`;
  return `sudo nft add rule inet filter input tcp dport ${ports} accept`;
}

/** The rules of ufw; undefined when it is off or not there. */
async function ufwRules({ read }: FirewallSources): Promise<Opening[] | "unreadable" | undefined> {
  const configuration = await read("/etc/ufw/ufw.conf");
  if (configuration === undefined || !/^ENABLED=yes/mi.test(configuration)) return undefined;
  const rules = await read("/etc/ufw/user.rules");
  if (rules === undefined) return "unreadable";
  const tuple = /^### tuple ### allow (tcp|any) (any|\d+)(?::(\d+))? 0\.0\.0\.0\/0 any 0\.0\.0\.0\/0 in/gm;
  return Array.from(
    rules.matchAll(tuple),
    ([, , first, last]) =>
      first === "any" ? { first: 1, last: 65535 } : { first: Number(first), last: Number(last ?? first) },
  );
}

/** A rule of nftables, as far as it matters here. */
interface NftObject {
  readonly chain?: {
    readonly name: string;
    readonly table: string;
    readonly hook?: string;
    readonly policy?: string;
  };
  readonly rule?: { readonly chain: string; readonly table: string; readonly expr?: readonly NftStatement[] };
}

interface NftStatement {
  readonly accept?: null;
  readonly match?: {
    readonly left?: { payload?: { protocol?: string; field?: string } };
    readonly right?: unknown;
  };
}

/** The ports that chains which drop everything else let in; undefined when nothing is dropped. */
function nftRules(json: string): Opening[] | undefined {
  const objects = parseNft(json);
  const dropping = objects.flatMap(({ chain }) =>
    chain?.hook === "input" && chain.policy === "drop" ? chain : []
  );
  if (dropping.length === 0) return undefined;
  const rules = objects.flatMap(({ rule }) =>
    rule && dropping.some(({ name, table }) => name === rule.chain && table === rule.table) ? rule : []
  );
  return rules.flatMap(({ expr = [] }) => {
    if (!expr.some((statement) => "accept" in statement)) return [];
    return expr.flatMap(({ match }) => match?.left?.payload?.field === "dport" ? portsOf(match.right) : []);
  });
}

function parseNft(json: string): readonly NftObject[] {
  try {
    const { nftables } = JSON.parse(json) as { nftables?: readonly NftObject[] };
    return Array.isArray(nftables) ? nftables : [];
  } catch {
    return [];
  }
}

function portsOf(right: unknown): Opening[] {
  if (typeof right === "number") return [{ first: right, last: right }];
  if (typeof right !== "object" || right === null) return [];
  if ("range" in right && Array.isArray(right.range)) {
    const [first, last] = right.range;
    return [{ first: Number(first), last: Number(last) }];
  }
  return "set" in right && Array.isArray(right.set) ? right.set.flatMap(portsOf) : [];
}
