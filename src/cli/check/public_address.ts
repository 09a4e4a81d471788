/** Whether the masquerade address is one that clients outside can use. */

import { lookup } from "node:dns/promises";
import type { Settings } from "../../config/schema.ts";
import { isIp, isLoopback, isPrivate, normalizeIp } from "../../net/address.ts";
import type { Finding } from "./finding.ts";

const SUBJECT = "Address outside";

/** Compares it with the machine's own addresses. */
export async function checkPublicAddress(
  { masqueradeAddress }: Pick<Settings, "masqueradeAddress">,
  ownAddresses: readonly string[],
): Promise<Finding> {
  if (masqueradeAddress === "") {
    const isPublic = ownAddresses.some((address) => !isPrivate(address));
    if (isPublic) return { subject: SUBJECT, outcome: "fine", text: "this machine has a public address" };
    return { subject: SUBJECT, outcome: "fine", text: "none is set: clients in this house need none" };
  }
  const addresses = isIp(masqueradeAddress) ? [masqueradeAddress] : await resolved(masqueradeAddress);
  if (addresses.length === 0) {
    const remedy = `see whether the name ${masqueradeAddress} is right and has an A record`;
    const text = `${masqueradeAddress} has no IPv4 address`;
    return { subject: SUBJECT, outcome: "broken", text, remedy };
  }
  const [address] = addresses.map(normalizeIp);
  const shown = address === masqueradeAddress ? address : `${masqueradeAddress} (${address})`;
  if (isLoopback(address!)) {
    const text = `${shown} is this machine to itself: no client outside can use it`;
    return {
      subject: SUBJECT,
      outcome: "broken",
      text,
      remedy: "set masquerade-address to the router's address",
    };
  }
  const isOwn = ownAddresses.map(normalizeIp).includes(address!);
  if (isPrivate(address!) && !isOwn) {
    const text = `${shown} is private and not of this machine`;
    const remedy = "set masquerade-address to the address that the internet sees, unless this is a container";
    return { subject: SUBJECT, outcome: "advice", text, remedy };
  }
  return { subject: SUBJECT, outcome: "fine", text: `clients outside are told ${shown}` };
}

async function resolved(name: string): Promise<string[]> {
  return await lookup(name, { family: 4, all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
}
