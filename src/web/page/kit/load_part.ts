/** Brings what an act needs when it is done for the first time, and tells when it cannot be had. */

import { t } from "../i18n.ts";
import { COMMON } from "../texts/common.ts";
import { toast } from "./toast.tsx";

/** @param load Imports it. Undefined when the server has another page by now, or does not answer. */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part | undefined> {
  try {
    return await load();
  } catch {
    const reload = { label: t(COMMON.reload), run: () => location.reload() };
    toast({ kind: "error", text: t(COMMON.partGone), act: reload });
    return undefined;
  }
}
