/** Progress: how a connection hears that something moves for one of its requests, whoever moves it. */

/** Who is told, by the signals of requests. */
const listeners = new WeakMap<AbortSignal, () => void>();

/** Tells `onProgress` whenever something moves for the request that this signal belongs to. */
export function watchProgress(signal: AbortSignal, onProgress: () => void): void {
  listeners.set(signal, onProgress);
}

/** Another signal stands for the same request: that of its call, which ends with its session too. */
export function shareProgress(from: AbortSignal, to: AbortSignal): void {
  const listener = listeners.get(from);
  if (listener) listeners.set(to, listener);
}

/** Something has moved. */
export function noteProgress(signal: AbortSignal): void {
  listeners.get(signal)?.();
}
