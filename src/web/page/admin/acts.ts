/** What an operator does: it is done, or a notice says why not. */

import { toast } from "../kit/toast.tsx";
import { problemText } from "./control.ts";

/** Does it; gives whether it was done. */
export async function tried(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done !== undefined) toast({ kind: "info", text: done });
    return true;
  } catch (error) {
    toast({ kind: "error", text: problemText(error) });
    return false;
  }
}
