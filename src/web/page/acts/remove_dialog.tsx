/** Deleting: the question says how much it is, a dialog shows how far it is, and stops it. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Base } from "../address.ts";
import { formatSize } from "../format.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ask, Dialog } from "../kit/dialog.tsx";
import { toast } from "../kit/toast.tsx";
import { ACTS } from "../texts/acts.ts";
import { REMOVE } from "../texts/moves.ts";
import { COMMON } from "../texts/common.ts";
import { type EntryPath, isFolder, nameOf } from "./entry_path.ts";
import { remove, removeTree } from "./move_request.ts";
import { tellFailures } from "./tell_failures.ts";
import { countTree, type TreeCount } from "./tree_count.ts";

/** Asks, and deletes. Resolves when it is over; true when something may be gone. */
export async function removeEntries(entries: readonly EntryPath[]): Promise<boolean> {
  if (entries.length === 0) return false;
  const isWanted = await ask<boolean>((answer) => <RemoveQuestion entries={entries} answer={answer} />);
  if (!isWanted) return false;
  await ask<void>((answer) => <Removing entries={entries} onEnd={() => answer()} />);
  return true;
}

function RemoveQuestion(
  { entries, answer }: { entries: readonly EntryPath[]; answer: (isWanted: boolean) => void },
): JSX.Element {
  const [text, setText] = useState("");
  useEffect(() => {
    const stop = new AbortController();
    void describe(entries, setText, stop.signal);
    return () => stop.abort();
  }, []);
  const first = nameOf(entries[0]!.path);
  const isOne = entries.length === 1;
  return (
    <Dialog
      title={isOne ? t(REMOVE.title, { name: first }) : t(REMOVE.titleMany, { count: entries.length })}
      onClose={() => answer(false)}
      footer={
        <>
          <Button autofocus onClick={() => answer(false)}>{t(COMMON.cancel)}</Button>
          <Button kind="danger" onClick={() => answer(true)}>{t(ACTS.remove)}</Button>
        </>
      }
    >
      <p class="dialog-text" aria-live="polite">{text}</p>
    </Dialog>
  );
}

async function describe(
  entries: readonly EntryPath[],
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const files = entries.filter((entry) => !isFolder(entry));
  const plain = { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0), isWhole: true };
  const folders = entries.filter(isFolder).map(({ path }) => path);
  if (folders.length === 0) {
    return tell(
      files.length === 1 ? t(REMOVE.file, { size: formatSize(plain.bytes) }) : countText(plain),
    );
  }
  try {
    const inside = await countTree(entries[0]!.base, folders, {
      onCount: (soFar) => tell(t(REMOVE.counting, { count: soFar.files + plain.files })),
      signal,
    });
    tell(countText({
      files: inside.files + plain.files,
      bytes: inside.bytes + plain.bytes,
      isWhole: inside.isWhole,
    }));
  } catch {
    // The person has answered before it was counted.
  }
}

function countText({ files, bytes, isWhole }: TreeCount): string {
  if (!isWhole) return t(REMOVE.wholeAtLeast, { count: files, size: formatSize(bytes) });
  return files === 0 ? t(REMOVE.empty) : t(REMOVE.whole, { count: files, size: formatSize(bytes) });
}

function Removing({ entries, onEnd }: { entries: readonly EntryPath[]; onEnd: () => void }): JSX.Element {
  const [name, setName] = useState("");
  const [count, setCount] = useState(0);
  const [stop] = useState(() => new AbortController());
  useEffect(() => {
    void removeAll(entries, { onName: setName, onCount: setCount, signal: stop.signal }).then(onEnd);
  }, []);
  return (
    <Dialog
      title={t(REMOVE.running, { name })}
      onClose={() => stop.abort()}
      footer={<Button autofocus onClick={() => stop.abort()}>{t(REMOVE.stop)}</Button>}
    >
      <progress aria-label={t(REMOVE.running, { name })} />
      <p class="dialog-text">{t(REMOVE.progress, { count })}</p>
    </Dialog>
  );
}

interface RemovalOptions {
  readonly onName: (name: string) => void;
  readonly onCount: (count: number) => void;
  readonly signal: AbortSignal;
}

async function removeAll(entries: readonly EntryPath[], options: RemovalOptions): Promise<void> {
  const { onName, onCount, signal } = options;
  const failures: { name: string; error: unknown }[] = [];
  let count = 0;
  let done = 0;
  for (const { base, path } of entries) {
    if (signal.aborted) break;
    const name = nameOf(path);
    onName(name);
    try {
      const inside = await removeOne(base, path, { signal, onRemoved: (some) => onCount(count + some) });
      count += inside;
      done++;
      onCount(count);
    } catch (error) {
      if (!signal.aborted) failures.push({ name, error });
    }
  }
  tellEnd({ done, failures, isStopped: signal.aborted });
}

/** Returns how many names it was. */
async function removeOne(
  base: Base,
  path: string,
  { signal, onRemoved }: { signal: AbortSignal; onRemoved: (count: number) => void },
): Promise<number> {
  if (!isFolder({ path })) {
    await remove(base, path, signal);
    return 1;
  }
  let last = 1;
  await removeTree(base, path, {
    signal,
    onRemoved: (count) => {
      last = count;
      onRemoved(count);
    },
  });
  return last;
}

function tellEnd(
  { done, failures, isStopped }: {
    done: number;
    failures: readonly { name: string; error: unknown }[];
    isStopped: boolean;
  },
): void {
  if (isStopped) return void toast({ kind: "info", text: t(REMOVE.stopped) });
  if (failures.length > 0) return tellFailures(failures);
  toast({ kind: "info", text: t(REMOVE.done, { count: done }) });
}
