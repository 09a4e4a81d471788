/** Where share links open: at the name that the operator has given the machine, and at its addresses. */

import type { Settings } from "../config/schema.ts";
import { isIp, isIPv4 } from "../net/address.ts";
import { usableAddresses } from "./announcement.ts";

/** What the addresses depend on. */
export interface LinkPlaces {
  readonly settings: Settings;
  /** The port of the web page. */
  readonly port: number;
  /** Whether it has a certificate. */
  readonly isSecure: boolean;
  /** The machine's own addresses. */
  readonly addresses: readonly string[];
}

/** The addresses of the link with this token. */
export function linkUrls(token: string, { settings, port, isSecure, addresses }: LinkPlaces): string[] {
  const { hostname, webHost, masqueradeAddress, tlsAcme } = settings;
  const own = usableAddresses(webHost === "" ? hostname : webHost, addresses);
  // A certificate for a name makes no browser ask.
  const named = [...isSecure ? tlsAcme : [], masqueradeAddress].filter((host) => host !== "");
  const hosts = [...new Set([...named, ...own])];
  const scheme = isSecure ? "https" : "http";
  const end = port === (isSecure ? 443 : 80) ? "" : `:${port}`;
  return hosts.map((host) =>
    `${scheme}://${isIp(host) && !isIPv4(host) ? `[${host}]` : host}${end}/~/l/${token}/`
  );
}
