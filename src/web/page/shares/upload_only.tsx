/** The page of a link that takes files and shows none: a place to drop them, and thanks. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Base } from "../address.ts";
import { ApiError } from "../api.ts";
import { folder } from "../browse/listing.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Icon } from "../kit/icon.tsx";
import { VISIT } from "../texts/shares.ts";
import { chooseFiles } from "../uploads/file_chooser.ts";
import { addPicked, changes, queue } from "../uploads/kept_queue.ts";
import { pickedFrom } from "../uploads/picked_files.ts";
import { totalsOf } from "../uploads/upload_totals.ts";

export function UploadOnly({ base }: { base: Base }): JSX.Element {
  changes.value;
  useEffect(() => {
    // Drops go to the folder that is shown; this one nobody may list.
    folder.value = { base, path: "/", isLoading: false, error: new ApiError("denied", 403, "") };
  }, [base]);
  const { counts } = totalsOf(queue.items.values());
  const choose = async (): Promise<void> => {
    const files = await chooseFiles("files");
    if (files.length > 0) addPicked(pickedFrom(files), { base, folder: "/" });
  };
  return (
    <section class="visit" aria-label={t(VISIT.uploadTitle)}>
      <h1>{t(VISIT.uploadTitle)}</h1>
      <div class="visit-drop">
        <Icon name="upload" size={40} />
        <p>{t(VISIT.uploadText)}</p>
        <Button kind="primary" onClick={() => void choose()}>{t(VISIT.choose)}</Button>
      </div>
      <p class="visit-thanks" role="status">{counts.done > 0 && t(VISIT.thanks, { count: counts.done })}</p>
    </section>
  );
}
