/** Which sessions a person means: a number, the name of an account, or an address. */

import { networkOf } from "../protocol/ip_address.ts";
import { isIp } from "../net/address.ts";
import type { SessionControl } from "../session_control.ts";
import type { SessionView } from "../telemetry/session_view.ts";

/** Sessions that fit. */
export interface Choice {
  readonly views: readonly SessionView[];
  /** Whether they were named by the number of a session. */
  readonly isByNumber: boolean;
  /** Workers that do not tell of theirs. */
  readonly silentWorkers: number;
}

/**
 * The sessions that a word means. Digits are the number of a session, and a name where there is no such
 * session.
 */
export async function chosenSessions(control: SessionControl, word: string): Promise<Choice> {
  const byNumber: SessionView[] = [];
  const others: SessionView[] = [];
  let silentWorkers = 0;
  const fits = isIp(word) ? isFrom(word) : ({ session }: SessionView) => session.user === word;
  for await (const { views, isSilent } of control.sessions()) {
    if (isSilent) silentWorkers++;
    for (const view of views) {
      if (String(view.session.id) === word) byNumber.push(view);
      if (fits(view)) others.push(view);
    }
  }
  const isByNumber = byNumber.length > 0;
  return { views: isByNumber ? byNumber : others, isByNumber, silentWorkers };
}

/** One address, spelled in whichever way. */
function isFrom(address: string): (view: SessionView) => boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  return ({ session: { peer } }) =>
    plain(peer) === plain(address) || (address.includes(".") && networkOf(peer) === networkOf(address));
}
