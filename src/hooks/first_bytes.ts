/** The beginning of a stream that others write, as text: however much they write, little is kept. */

/** How much is read. */
export interface FirstBytesOptions {
  /** What is kept, bytes. */
  readonly most: number;
  /** Whether the rest is read too and thrown away, so that the writer does not wait. */
  readonly readsOn: boolean;
  /** Fires when what has come must do. */
  readonly signal: AbortSignal;
}

/** The first bytes of a stream, which is closed then. Never throws: a stream that breaks has ended. */
export async function firstBytes(
  stream: ReadableStream<Uint8Array>,
  { most, readsOn, signal }: FirstBytesOptions,
): Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  let text = "";
  let left = most;
  try {
    while (left > 0 || readsOn) {
      const { value } = await reader.read();
      if (!value) break;
      text += decoder.decode(value.subarray(0, left), { stream: true });
      left -= Math.min(left, value.length);
    }
  } catch {
    // It broke.
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
  return text;
}
