/** Asks for a new sign-in when the session has ended under the uploads. */

import { effect } from "@preact/signals";
import { request } from "../api.ts";
import { place } from "../router.ts";
import { changes, queue } from "./kept_queue.ts";

/** What tells whether the session, or the visit of a link, still holds. */
function whoAmI(): string {
  const here = place.value;
  return here.view === "folder" && here.base !== "" ? `${here.base}/?about` : "/~/api/me";
}

/** Asks for a new sign-in as soon as the queue needs one. Called once. */
export function watchSignIn(): void {
  let isAsked = false;
  effect(() => {
    changes.value;
    if (!queue.needsSignIn || isAsked) return;
    isAsked = true;
    // The request itself finds the session ended, and asks.
    request(whoAmI()).then(() => queue.signedIn(), () => queue.pauseAll()).finally(() => isAsked = false);
  });
}
