/** The requests of uploads by XMLHttpRequest: fetch does not tell how much of a body has gone. */

import { type ExchangeAnswer, type ExchangeRequest, UploadFailure } from "./exchange.ts";

/** How long a line may be silent before the request is given up, milliseconds. */
const SILENCE_MS = 60_000;

export function xhrExchange(request: ExchangeRequest): Promise<ExchangeAnswer> {
  const { method, address, headers, body, onSentBytes, signal } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const xhr = new XMLHttpRequest();
    // A cable that is pulled tells nobody: without this the upload would hang for as long as TCP hopes.
    let silence = setTimeout(() => xhr.abort(), SILENCE_MS);
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => xhr.abort(), SILENCE_MS);
    };
    const stop = (): void => xhr.abort();
    const settle = (): void => {
      clearTimeout(silence);
      signal.removeEventListener("abort", stop);
    };
    const fail = (): void => {
      settle();
      reject(signal.aborted ? signal.reason : new UploadFailure("network", 0, ""));
    };
    xhr.onload = () => {
      settle();
      resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name), text: xhr.responseText });
    };
    xhr.onerror = fail;
    xhr.onabort = fail;
    xhr.upload.onprogress = (event) => {
      heard();
      onSentBytes?.(event.loaded);
    };
    xhr.open(method, address);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    signal.addEventListener("abort", stop, { once: true });
    xhr.send(body ?? null);
  });
}
