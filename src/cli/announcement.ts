/** What the server says when it starts: where it can be reached, who may log in, what else to know. */

import { resolve } from "node:path";
import { passivePorts } from "../options/kinds.ts";
import type { Settings } from "../config/schema.ts";
import { isIp, isIPv4, type SocketAddress } from "../net/address.ts";
import { printable } from "../protocol/reply.ts";
import { withMounts } from "../users/home_mount.ts";
import { Permissions } from "../users/permissions.ts";
import type { User } from "../users/user.ts";

/** What there is to tell. */
export interface AnnouncementOptions {
  readonly settings: Settings;
  /** The port that the server listens on. */
  readonly port: number;
  /** Where the web page is served; undefined where it is not. */
  readonly web?: SocketAddress | undefined;
  /** Accounts and anonymous access, in the order to show. */
  readonly users: readonly User[];
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** The SHA-256 fingerprint of the certificate, where TLS is on. */
  readonly fingerprint?: string;
  /** The machine's own addresses. */
  readonly addresses: readonly string[];
}

/** The text to show; it ends without a line end. */
export function announcement(options: AnnouncementOptions): string {
  const { settings, port, users, configFile, fingerprint, addresses } = options;
  return [
    "Sharing files at",
    ...links(settings.hostname, port, addresses).map((link) => `  ${link}`),
    "",
    ...webRows(options),
    `Accounts in ${configFile}`,
    ...columns(users.flatMap(accountRows)).map((row) => `  ${row}`),
    "",
    `Passive ports  ${passivePorts.format(settings.passivePorts)}`,
    ...tlsRows(settings, fingerprint),
    `Log file       ${settings.logging ? resolve(settings.logFile) : "none"}`,
    "Ctrl+C stops the server.",
  ].map(printable).join("\n");
}

/** Where the page can be opened. */
function webRows({ settings, web, fingerprint, addresses }: AnnouncementOptions): string[] {
  if (!web) return [];
  const scheme = fingerprint === undefined ? "http" : "https";
  const found = links(settings.webHost || settings.hostname, web.port, addresses, { scheme });
  return ["Web page at", ...found.map((link) => `  ${link}`), ""];
}

/** What a person compares with what the client shows when it asks whether to trust the server. */
function tlsRows({ tlsPolicy, implicitTlsPort }: Settings, fingerprint: string | undefined): string[] {
  if (fingerprint === undefined) return ["TLS            off"];
  const policy = { "login": "required to log in", "data": "required for every byte" } as const;
  const ports = implicitTlsPort !== "none" ? `, from the first byte on port ${implicitTlsPort}` : "";
  return [
    `TLS            ${tlsPolicy in policy ? policy[tlsPolicy as keyof typeof policy] : "offered"}${ports}`,
    `Certificate    SHA-256 ${fingerprint}`,
  ];
}

/**
 * A link for each address that a client can use: IPv4 before IPv6, loopback last, link-local ones left out (a
 * link cannot name their interface).
 *
 * @param host The address that the server listens on; `::` and `0.0.0.0` stand for all.
 * @param options `scheme`: what the links begin with; by default `ftp`.
 */
export function links(
  host: string,
  port: number,
  addresses: readonly string[],
  { scheme = "ftp" }: { readonly scheme?: keyof typeof USUAL_PORTS } = {},
): string[] {
  const ending = port === USUAL_PORTS[scheme] ? "/" : `:${port}/`;
  return usableAddresses(host, addresses)
    .map((address) => `${scheme}://${isIPv6(address) ? `[${address}]` : address}${ending}`);
}

/** The port that each kind of link means where it names none. */
const USUAL_PORTS = { ftp: 21, http: 80, https: 443 } as const;

/** The addresses of {@linkcode links}, in their order. */
export function usableAddresses(host: string, addresses: readonly string[]): string[] {
  const isEvery = host === "::" || host === "0.0.0.0";
  const usable = isEvery ? addresses.filter((address) => !isLinkLocal(address)) : [host];
  const reachable = host === "0.0.0.0" ? usable.filter((address) => isIPv4(address)) : usable;
  return [...new Set(reachable)].sort((a, b) => rank(a) - rank(b));
}

/** Networks between this machine and what runs on it: others come by none of these addresses. */
const INNER_NETWORK = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|vethernet|lxc|lxd|cni|podman)/i;

/**
 * The machine's own addresses, those that others come by first; only the loopback one where they may not be
 * asked for.
 */
export function ownAddresses(): string[] {
  try {
    const [inner, outer] = [true, false].map((isInner) =>
      Deno.networkInterfaces().filter(({ name }) => INNER_NETWORK.test(name) === isInner)
    );
    return [...outer!, ...inner!].map(({ address }) => address);
  } catch {
    return ["127.0.0.1"];
  }
}

function isIPv6(address: string): boolean {
  return isIp(address) && !isIPv4(address);
}

function isLinkLocal(address: string): boolean {
  return address.startsWith("169.254.") || /^fe[89ab]/i.test(address);
}

function rank(address: string): number {
  const isLoopback = address === "::1" || address.startsWith("127.");
  return (isLoopback ? 2 : 0) + (isIPv6(address) ? 1 : 0);
}

/** Name, permissions, home; then a row for each mount, and for each directory with permissions of its own. */
function accountRows(user: User): string[][] {
  const { name, permissions, home, mounts = [] } = user;
  const all = withMounts(user);
  const mounted = mounts.map(({ at, home }) => [
    "",
    lettersOf(new Permissions(all.lettersAt(at))),
    `${home} at ${at}`,
  ]);
  const overrides = permissions.overrides.map(([directory, letters]) => [
    "",
    lettersOf(new Permissions(letters)),
    `in ${directory}`,
  ]);
  return [[name, lettersOf(permissions), home], ...mounted, ...overrides];
}

function lettersOf(permissions: Permissions): string {
  return permissions.toString() || "none";
}

/** The rows as lines, each column as wide as its widest cell. */
function columns(rows: readonly string[][]): string[] {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widthOf(column))).join("  ").trimEnd());
}
