/** Asks for the password of a share link when the visit has ended while the page was open. */

import type { Base } from "../address.ts";
import { onSessionEnd } from "../api.ts";
import { loadPart } from "../kit/load_part.ts";

/** One question for all requests that find the visit ended. */
let asked: Promise<boolean> | undefined;

/** From now on, whoever finds the visit ended asks the person. */
export function watchVisit(base: Base): void {
  onSessionEnd(() => {
    asked ??= askPassword(base).finally(() => asked = undefined);
    return asked;
  });
}

async function askPassword(base: Base): Promise<boolean> {
  const part = await loadPart(() => import("../parts.ts"));
  return await part?.askPassword(base) ?? false;
}
