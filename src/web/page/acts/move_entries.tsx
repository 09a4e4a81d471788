/** Moves entries into a folder, one after the other; asks about taken names, and offers to undo it. */

import { ApiError } from "../api.ts";
import { t } from "../i18n.ts";
import { ask } from "../kit/dialog.tsx";
import { toast } from "../kit/toast.tsx";
import { MOVES } from "../texts/moves.ts";
import { type ConflictAnswer, ConflictDialog } from "../uploads/conflict_dialog.tsx";
import { type EntryPath, folderOf, folderText, isFolder, nameOf } from "./entry_path.ts";
import { isTaken, move } from "./move_request.ts";
import { tellFailures } from "./tell_failures.ts";

/** One that has been moved: where it was, and where it is. */
interface Moved {
  readonly entry: EntryPath;
  readonly to: string;
}

/**
 * Moves `entries` into `folder` of the same tree.
 *
 * @param onMoved called when something may look different: also after an undo
 */
export async function moveEntries(
  entries: readonly EntryPath[],
  folder: string,
  onMoved: () => void,
): Promise<void> {
  const moved: Moved[] = [];
  const failures: { name: string; error: unknown }[] = [];
  let forAll: ConflictAnswer["choice"] | undefined;
  for (const [index, entry] of entries.entries()) {
    const name = nameOf(entry.path);
    try {
      if (isFolder(entry) && folder.startsWith(entry.path)) {
        throw new ApiError("into-itself", 0, t(MOVES.intoItself));
      }
      if (folderOf(entry.path) === folder) throw new ApiError("there", 0, t(MOVES.alreadyThere));
      const { to, answer } = await moveOne(entry, {
        folder,
        choice: forAll,
        others: index < entries.length - 1,
      });
      if (answer?.forAll) forAll = answer.choice;
      if (to !== undefined) moved.push({ entry, to });
    } catch (error) {
      failures.push({ name, error });
    }
  }
  onMoved();
  if (failures.length > 0) tellFailures(failures);
  if (moved.length > 0) tellMoved(moved, { folder, onMoved });
}

/** Moves one; asks when its name is taken. Returns no `to` when it was skipped. */
async function moveOne(
  { base, path }: EntryPath,
  { folder, choice, others }: { folder: string; choice?: ConflictAnswer["choice"]; others: boolean },
): Promise<{ to?: string; answer?: ConflictAnswer }> {
  const name = nameOf(path);
  const to = folder + name + (path.endsWith("/") ? "/" : "");
  try {
    return { to: await move(base, { from: path, to, onTaken: "fail" }) };
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  const answer = choice === undefined
    ? await ask<ConflictAnswer>((onAnswer) => (
      <ConflictDialog name={name} folder={folder} others={others} onAnswer={onAnswer} />
    ))
    : { choice, forAll: true };
  if (answer.choice === "skip") return { answer };
  return { to: await move(base, { from: path, to, onTaken: answer.choice }), answer };
}

function tellMoved(
  moved: readonly Moved[],
  { folder, onMoved }: { folder: string; onMoved: () => void },
): void {
  toast({
    kind: "info",
    text: t(MOVES.moved, { count: moved.length, folder: folderText(folder) }),
    durationMs: 10_000,
    act: { label: t(MOVES.undo), run: () => void undo(moved, onMoved) },
  });
}

async function undo(moved: readonly Moved[], onMoved: () => void): Promise<void> {
  const failures: { name: string; error: unknown }[] = [];
  for (const { entry, to } of [...moved].reverse()) {
    try {
      await move(entry.base, { from: to, to: entry.path, onTaken: "fail" });
    } catch (error) {
      failures.push({ name: nameOf(entry.path), error });
    }
  }
  onMoved();
  if (failures.length > 0) return tellFailures(failures);
  toast({ kind: "info", text: t(MOVES.undone) });
}
