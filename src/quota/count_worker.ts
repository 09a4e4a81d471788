/** A thread that counts what one directory holds, and ends. Started by counting.ts. */

import { countTree } from "./tree_count.ts";

/** What it has for a global scope; the types of this program are those of a main thread. */
interface WorkerScope {
  postMessage(message: CountMessage): void;
  onmessage: (message: { readonly data: string }) => void;
}

/** What it tells: that it goes on, what there is, or why that cannot be told. */
export type CountMessage =
  | { readonly kind: "going" }
  | { readonly kind: "counted"; readonly bytes: number; readonly files: number }
  | { readonly kind: "failed"; readonly reason: string };

/** How often it tells that it goes on. */
const TELL_MS = 1000;

const scope = self as unknown as WorkerScope;

scope.onmessage = ({ data: directory }) => {
  try {
    scope.postMessage(counted(directory));
  } catch (error) {
    scope.postMessage({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
};

function counted(directory: string): CountMessage {
  const counting = countTree(directory);
  let toldMs = performance.now();
  for (let step = counting.next();; step = counting.next()) {
    if (step.done) return { kind: "counted", ...step.value };
    if (performance.now() - toldMs < TELL_MS) continue;
    toldMs = performance.now();
    scope.postMessage({ kind: "going" });
  }
}
