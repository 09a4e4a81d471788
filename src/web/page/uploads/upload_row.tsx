/** One upload in the list: its name, how far it is, and what can be done about it. */

import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { IconButton } from "../kit/button.tsx";
import { Icon } from "../kit/icon.tsx";
import { UPLOADS } from "../texts/uploads.ts";
import { changes, queue } from "./kept_queue.ts";
import type { UploadItem } from "./upload_item.ts";
import { stateText } from "./upload_words.ts";

export function UploadRow({ item }: { item: UploadItem }): JSX.Element {
  // The item is the same object for as long as it is in the queue.
  changes.value;
  const { id, target, state, sizeBytes, sentBytes } = item;
  const name = target.slice(target.lastIndexOf("/") + 1);
  const isMoving = state === "running" || state === "retrying" || state === "paused";
  return (
    <li class={`upload upload-${state}`}>
      <Icon name={item.isFolder ? "folder" : "file"} size={18} />
      <div class="upload-what">
        <span class="upload-name" title={target}>{name}</span>
        {isMoving && sizeBytes > 0 && <progress max={sizeBytes} value={sentBytes} aria-label={name} />}
        <span class="upload-state">{stateText(item, Date.now())}</span>
      </div>
      <span class="upload-acts">
        {state === "retrying" && (
          <IconButton
            icon="refresh"
            label={t(UPLOADS.retryNow)}
            onClick={() => queue.retryNow()}
          />
        )}
        {(state === "running" || state === "waiting") && (
          <IconButton
            icon="pause"
            label={t(UPLOADS.pause, { name })}
            onClick={() => queue.pause([id])}
          />
        )}
        {state === "paused" && (
          <IconButton
            icon="play"
            label={t(UPLOADS.resume, { name })}
            onClick={() => queue.resume([id])}
          />
        )}
        {state === "failed" && (
          <IconButton
            icon="refresh"
            label={t(UPLOADS.retry, { name })}
            onClick={() => queue.resume([id])}
          />
        )}
        {state === "done" ? <Icon name="check" size={18} /> : (
          <IconButton
            icon="close"
            label={t(UPLOADS.cancel, { name })}
            onClick={() => queue.cancel([id])}
          />
        )}
      </span>
    </li>
  );
}
