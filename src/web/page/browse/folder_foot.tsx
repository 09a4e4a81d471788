/** The line below the list: how much there is, how much room is left, where the keys are told. */

import type { JSX } from "preact";
import { refusalText } from "../api.ts";
import { formatSize } from "../format.ts";
import { t } from "../i18n.ts";
import { IconButton } from "../kit/button.tsx";
import { Icon } from "../kit/icon.tsx";
import { BROWSE } from "../texts/browse.ts";
import { COMMON } from "../texts/common.ts";
import { showHelp } from "./help.tsx";
import { entries, folder } from "./listing.ts";
import { shown } from "./order.ts";
import { selectedEntries } from "./selection.ts";

export function FolderFoot(): JSX.Element {
  const { listing, error } = folder.value;
  const [all, count] = [entries.value.length, shown.value.length];
  const chosen = selectedEntries.value.length > 0 ? selectedEntries.value : shown.value;
  const bytes = chosen.reduce((sum, { type, size }) => sum + (type === "file" ? size : 0), 0);
  return (
    <div class="foot">
      {listing && (
        <span role="status">
          {count === all ? t(BROWSE.count, { count }) : t(BROWSE.countFiltered, { count, all })}
          {bytes > 0 && ` · ${formatSize(bytes)}`}
        </span>
      )}
      {listing && error && (
        <span class="foot-error" role="status">
          <Icon name="warning" size={16} />
          {refusalText(error)}
        </span>
      )}
      <span class="foot-space" />
      {listing?.quota && <Quota {...listing.quota} />}
      {listing?.freeBytes !== undefined && (
        <span>{t(BROWSE.free, { size: formatSize(listing.freeBytes) })}</span>
      )}
      <IconButton icon="keyboard" label={t(COMMON.keys)} class="help-button" onClick={showHelp} />
    </div>
  );
}

function Quota({ usedBytes, limitBytes }: { usedBytes: number; limitBytes: number }): JSX.Element {
  const text = t(BROWSE.quota, { used: formatSize(usedBytes), limit: formatSize(limitBytes) });
  return (
    <span class="quota">
      <meter
        aria-label={text}
        value={usedBytes}
        max={limitBytes}
        high={limitBytes * 0.9}
        low={0}
        optimum={0}
      />
      {text}
    </span>
  );
}
