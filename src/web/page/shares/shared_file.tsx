/** One shared file: what it is, a look at it, and the button that downloads it. */

import type { JSX } from "preact";
import { type Entry, folder } from "../browse/listing.ts";
import { download, entryAddress } from "../browse/open_acts.ts";
import { exactSize, formatSize, formatTime, utcTime } from "../format.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Icon } from "../kit/icon.tsx";
import { hasPreview, iconOf } from "../preview/kind.ts";
import { Stage } from "../preview/stage.tsx";
import { BROWSE } from "../texts/browse.ts";
import { VISIT } from "../texts/shares.ts";

export function SharedFile({ entry }: { entry: Entry }): JSX.Element {
  const { name, size, modifiedMs } = entry;
  const address = entryAddress(folder.value, entry);
  return (
    <section class="visit" aria-label={t(VISIT.fileTitle)}>
      <div class="visit-file">
        <Icon name={iconOf(name)} size={32} />
        <div class="visit-about">
          <h1>{name}</h1>
          <span title={exactSize(size)}>{formatSize(size)}</span>
          {modifiedMs > 0 && <span title={utcTime(modifiedMs)}>{formatTime(modifiedMs)}</span>}
        </div>
        <Button kind="primary" icon="download" onClick={() => download(address)}>{t(BROWSE.download)}</Button>
      </div>
      {hasPreview(name) && (
        <div class="preview-stage visit-stage">
          <Stage entry={entry} address={address} />
        </div>
      )}
    </section>
  );
}
