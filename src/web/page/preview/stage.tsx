/** What a preview shows of a file, by its kind. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { refusalText, request } from "../api.ts";
import type { Entry } from "../browse/listing.ts";
import { formatSize } from "../format.ts";
import { t } from "../i18n.ts";
import { Message } from "../kit/message.tsx";
import { COMMON } from "../texts/common.ts";
import { PREVIEW } from "../texts/preview.ts";
import { kindOf } from "./kind.ts";
import { decodeText } from "./decode_text.ts";

/** As much of a text as is shown, bytes. */
const TEXT_BYTES = 256 * 1024;

export function Stage({ entry, address }: { entry: Entry; address: string }): JSX.Element {
  const [isBroken, setBroken] = useState(false);
  const onError = (): void => setBroken(true);
  if (isBroken) return <Message icon="warning" title={t(PREVIEW.broken)} />;
  switch (kindOf(entry.name)) {
    case "image":
      // An SVG in an img element runs no script and loads nothing.
      return <img src={address} alt={entry.name} onError={onError} />;
    case "audio":
      return <audio src={address} controls aria-label={entry.name} onError={onError} />;
    case "video":
      return <video src={address} controls playsInline aria-label={entry.name} onError={onError} />;
    case "pdf":
      return <iframe src={address} title={t(PREVIEW.title, { name: entry.name })} />;
    case "text":
      return <TextStage entry={entry} address={address} />;
    default:
      return <Message icon="file" title={t(PREVIEW.none)} />;
  }
}

/** The beginning of a text, whatever it is written in: never as HTML. */
function TextStage({ entry: { name, size }, address }: { entry: Entry; address: string }): JSX.Element {
  const [text, setText] = useState<string>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const controller = new AbortController();
    readStart(address, { size, signal: controller.signal }).then(setText, (error) => {
      if (!controller.signal.aborted) setError(error);
    });
    return () => controller.abort();
  }, [address]);
  if (error !== undefined) {
    return <Message icon="warning" title={t(PREVIEW.broken)} text={refusalText(error)} />;
  }
  if (text === "") return <Message icon="file" title={t(PREVIEW.empty)} />;
  if (text === undefined) return <p role="status">{t(COMMON.loading)}</p>;
  return (
    <pre class="preview-text" tabIndex={0} aria-label={name}>
      {text}
      {size > TEXT_BYTES && (
        <>
          {"\n\n"}
          <strong>{t(PREVIEW.firstPart, { shown: formatSize(TEXT_BYTES), whole: formatSize(size) })}</strong>
        </>
      )}
    </pre>
  );
}

async function readStart(
  address: string,
  { size, signal }: { size: number; signal: AbortSignal },
): Promise<string> {
  if (size === 0) return "";
  const answer = await request(address, {
    signal,
    headers: size > TEXT_BYTES ? { Accept: "*/*", Range: `bytes=0-${TEXT_BYTES - 1}` } : { Accept: "*/*" },
  });
  // Also where the server sends all of it, no more than the beginning is read.
  const bytes = new Uint8Array(TEXT_BYTES);
  let length = 0;
  for (const reader = answer.body!.getReader();;) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value.subarray(0, TEXT_BYTES - length);
    bytes.set(part, length);
    length += part.length;
    if (length === TEXT_BYTES) {
      void reader.cancel();
      break;
    }
  }
  return decodeText(bytes.subarray(0, length));
}
