/** Asks about one taken name after the other, while the uploads go on behind the question. */

import type { JSX } from "preact";
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
