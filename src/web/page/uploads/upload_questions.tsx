/** Asks about one taken name after the other, and for a new sign-in, while the uploads go on behind it. */

import type { JSX } from "preact";
import { effect } from "@preact/signals";
import { request } from "../api.ts";
import { place } from "../router.ts";
import { ConflictDialog } from "./conflict_dialog.tsx";
import { changes, queue } from "./kept_queue.ts";
import { totalsOf } from "./upload_totals.ts";

export function UploadQuestions(): JSX.Element | null {
  changes.value;
  const { question, counts } = totalsOf(queue.items.values());
  if (question === undefined) return null;
  const { id, target } = question;
  const cut = target.lastIndexOf("/");
  return (
    <ConflictDialog
      key={id}
      name={target.slice(cut + 1)}
      folder={target.slice(0, cut + 1)}
      others={counts.asking + counts.waiting + counts.running > 1}
      onAnswer={({ choice, forAll }) => queue.answer(id, choice, { forAll })}
    />
  );
}

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
