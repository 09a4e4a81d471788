/**
 * What a visitor of a share link sees: a folder, one file alone, or a place to leave files and nothing else.
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Base } from "../address.ts";
import { ApiError, refusalText, requestJson } from "../api.ts";
import { FolderView } from "../browse/folder_view.tsx";
import { type Entry, folder } from "../browse/listing.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Message } from "../kit/message.tsx";
import { COMMON } from "../texts/common.ts";
import { VISIT } from "../texts/shares.ts";
import { SharedFile } from "./shared_file.tsx";
import { UploadOnly } from "./upload_only.tsx";

/** What the server tells of the link that a visitor has. */
interface About {
  readonly kind: "download" | "upload";
  /** Of the folder or file that it leads to. */
  readonly name: string;
  readonly isFile: boolean;
}

export function VisitView({ base, path }: { base: Base; path: string }): JSX.Element {
  const [about, setAbout] = useState<About>();
  const [error, setError] = useState<unknown>();
  const load = (): void => {
    setError(undefined);
    requestJson<About>(`${base}/?about`).then(setAbout, setError);
  };
  useEffect(load, [base]);
  if (error !== undefined) return <Refused error={error} onRetry={load} />;
  if (about === undefined) return <p class="visually-hidden" role="status">{t(COMMON.loading)}</p>;
  if (about.kind === "upload") return <UploadOnly base={base} />;
  const single = about.isFile ? singleFile(base) : undefined;
  return single === undefined ? <FolderView base={base} path={path} /> : <SharedFile entry={single} />;
}

/** The one file of the link, as soon as the folder that it is shown in has told of it. */
function singleFile(base: Base): Entry | undefined {
  const { listing, ...shown } = folder.value;
  return shown.base === base && shown.path === "/" ? listing?.entries[0] : undefined;
}

function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }): JSX.Element {
  if (error instanceof ApiError && (error.status === 404 || error.status === 410)) {
    return <Message icon="warning" title={t(VISIT.goneTitle)} text={t(VISIT.goneText)} />;
  }
  return (
    <Message icon="warning" title={t(VISIT.failedTitle)} text={refusalText(error)}>
      <Button icon="refresh" onClick={onRetry}>{t(COMMON.tryAgain)}</Button>
    </Message>
  );
}
