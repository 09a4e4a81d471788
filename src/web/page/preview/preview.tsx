/**
 * The preview of a file of the folder, whose name stands in the address behind `#`: so Back closes it and a
 * link leads to it. Nothing of a file runs here: pictures, sound and films are shown by the browser, text is
 * text.
 */

import type { JSX } from "preact";
import { entries } from "../browse/listing.ts";
import { lazy } from "../kit/lazy.tsx";
import { fragment } from "../router.ts";

const PreviewDialog = lazy(() => import("./preview_dialog.tsx").then(({ PreviewDialog }) => PreviewDialog));

/** The preview that the address asks for, if any. */
export function Preview(): JSX.Element | null {
  const name = fragment.value;
  const entry = name === ""
    ? undefined
    : entries.value.find((one) => one.name === name && one.type === "file");
  return entry ? <PreviewDialog entry={entry} /> : null;
}
