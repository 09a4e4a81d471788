/**
 * All that changes files, added to the page: acts in the table of acts, uploads, and what follows from them.
 */

import { NEW_FOLDER, WRITE_ACTS } from "./acts/write_acts.ts";
import { acts } from "./browse/act.ts";
import { folder, refreshFolder } from "./browse/listing.ts";
import { SHARE_ACTS } from "./shares/share_acts.ts";
import { onStored, watchUploads } from "./uploads/kept_queue.ts";
import { UPLOAD_ACTS } from "./uploads/upload_act.ts";
import { watchSignIn } from "./uploads/watch_sign_in.ts";

/** Begins. Called once. */
export function startChanges(): void {
  acts.value = [...UPLOAD_ACTS, NEW_FOLDER, ...acts.value, ...WRITE_ACTS, ...SHARE_ACTS];
  watchUploads();
  watchSignIn();
  onStored((base, folders) => {
    const shown = folder.value;
    if (shown.base === base && folders.has(shown.path)) void refreshFolder();
  });
}
