/**
 * The preview of a file of the folder, whose name stands in the address behind `#`: so Back closes it and a
 * link leads to it. Nothing of a file runs here: pictures, sound and films are shown by the browser, text is
 * text.
 */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { entries, folder } from "../browse/listing.ts";
import { t } from "../i18n.ts";
import { lazy } from "../kit/lazy.tsx";
import { toast } from "../kit/toast.tsx";
import { fragment } from "../router.ts";
import { PREVIEW } from "../texts/preview.ts";

const PreviewDialog = lazy(() => import("./preview_dialog.tsx").then(({ PreviewDialog }) => PreviewDialog));

/** The preview that the address asks for, if any. */
export function Preview(): JSX.Element | null {
  const name = fragment.value;
  const entry = name === ""
    ? undefined
    : entries.value.find((one) => one.name === name && one.type === "file");
  const isListed = folder.value.listing !== undefined;
  // Once, when its folder is there: a file that goes while it is shown went by the person's own doing.
  // "content" is where the link that skips the header leads.
  useEffect(() => {
    if (isListed && name !== "" && name !== "content" && !entries.peek().some((one) => one.name === name)) {
      toast({ kind: "error", text: t(PREVIEW.gone, { name }) });
    }
  }, [isListed, name]);
  return entry ? <PreviewDialog entry={entry} /> : null;
}
