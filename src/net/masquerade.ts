/** The address that 227 replies name: which one a client can reach, inside the house and from outside. */

import { isIp, isIPv4, isLoopback, isPrivate } from "./address.ts";

/** How {@linkcode Masquerade} works. */
export interface MasqueradeOptions {
  /** The public address of the server: an IP address, a host name, or undefined for none. */
  readonly address?: string;
  /** Resolves a host name to IPv4 addresses; the system's resolver by default. */
  readonly resolve?: (name: string) => Promise<string[]>;
  /** How long a resolved name is used before it is looked up again in the background, milliseconds. */
  readonly refreshMs?: number;
  /** The clock, milliseconds. */
  readonly now?: () => number;
  /** Told once for each problem that the operator should mend. */
  readonly warn: (message: string) => void;
}

/** Picks the IPv4 address for 227 replies. */
export class Masquerade {
  readonly #address: string | undefined;
  readonly #resolve: (name: string) => Promise<string[]>;
  readonly #refreshMs: number;
  readonly #now: () => number;
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();
  #resolved: string | undefined;
  #resolvedAtMs = -Infinity;
  #lookup: Promise<void> | undefined;

  constructor(
    { address, resolve = resolveName, refreshMs = 60_000, now = () => performance.now(), warn }:
      MasqueradeOptions,
  ) {
    this.#address = address || undefined;
    this.#resolve = resolve;
    this.#refreshMs = refreshMs;
    this.#now = now;
    this.#warn = warn;
  }

  /**
   * The address to name to a client.
   *
   * A client on a private network gets the address that it connected to, one on the internet gets the
   * masquerade address. A masquerade address that is private itself (a container's host on the house's
   * network) is for private clients. Loopback is only ever named to loopback.
   *
   * @param ends The two ends of the control connection, both IPv4.
   */
  async advertise({ local, peer }: { local: string; peer: string }): Promise<string> {
    if (isLoopback(peer)) return local;
    const masquerade = await this.#masqueradeAddress();
    const isUsable = masquerade !== undefined && !isLoopback(masquerade) && masquerade !== "0.0.0.0";
    if (isPrivate(peer)) return isUsable && isPrivate(masquerade) ? masquerade : local;
    if (isUsable && !isPrivate(masquerade)) return masquerade;
    if (isPrivate(local)) this.#warnOnce(this.#adviceFor(local, masquerade));
    return local;
  }

  #adviceFor(local: string, masquerade: string | undefined): string {
    const problem =
      `A client on the internet was given the private address ${local} for data connections and will not reach it`;
    if (this.#address === undefined) {
      return `${problem}: set masquerade-address to the public address of your router`;
    }
    const shown = masquerade === undefined
      ? "does not resolve to an IPv4 address"
      : `is the private address ${masquerade}`;
    return `${problem}: masquerade-address ${this.#address} ${shown}, set it to the public address of your router`;
  }

  async #masqueradeAddress(): Promise<string | undefined> {
    if (this.#address === undefined || isIPv4(this.#address)) return this.#address;
    // 227 has no room for an IPv6 address.
    if (isIp(this.#address)) return undefined;
    if (this.#now() - this.#resolvedAtMs >= this.#refreshMs) this.#lookup ??= this.#refresh(this.#address);
    // Only the very first client waits for the resolver; later ones get the address known so far while it is
    // looked up again.
    if (this.#resolvedAtMs === -Infinity) await this.#lookup;
    return this.#resolved;
  }

  async #refresh(name: string): Promise<void> {
    try {
      this.#resolved = (await this.#resolve(name)).find(isIPv4) ?? this.#resolved;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#warnOnce(`Cannot resolve masquerade-address ${name}: ${reason}`);
    } finally {
      this.#resolvedAtMs = this.#now();
      this.#lookup = undefined;
    }
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#warn(message);
  }
}

async function resolveName(name: string): Promise<string[]> {
  // Loaded for those who have a name to resolve.
  const { lookup } = await import("node:dns/promises");
  return (await lookup(name, { all: true, family: 4 })).map(({ address }) => address);
}
