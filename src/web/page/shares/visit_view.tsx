/** What a visitor of a share link sees: a folder, one file alone, or a place to put files and nothing else. */

import type { JSX } from "preact";
import type { Base } from "../address.ts";
import { FolderView } from "../browse/folder_view.tsx";
import { type Entry, folder, type FolderState } from "../browse/listing.ts";
import { t } from "../i18n.ts";
import { Message } from "../kit/message.tsx";
import { VISIT } from "../texts/shares.ts";
import { SharedFile } from "./shared_file.tsx";
import { UploadOnly } from "./upload_only.tsx";

export function VisitView({ base, path }: { base: Base; path: string }): JSX.Element {
  const state = folder.value;
  if (path !== "/" || state.base !== base || state.path !== path) {
    return <FolderView base={base} path={path} />;
  }
  // Who may neither list nor read was let in to leave something.
  if (state.error?.code === "denied") return <UploadOnly base={base} />;
  if (state.error?.status === 404 || state.error?.status === 410) {
    return <Message icon="warning" title={t(VISIT.goneTitle)} text={t(VISIT.goneText)} />;
  }
  const single = singleFile(state);
  return single === undefined ? <FolderView base={base} path={path} /> : <SharedFile entry={single} />;
}

/** The one file that is there; undefined where there is more, or less. */
function singleFile({ listing }: FolderState): Entry | undefined {
  const [entry, ...others] = listing?.entries ?? [];
  return entry?.type === "file" && others.length === 0 ? entry : undefined;
}
