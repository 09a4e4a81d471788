/** Watches how much of a response's body goes out. */

/** What has gone out. */
export interface Gone {
  readonly bytes: number;
  /** Whether it was all of it. */
  readonly isWhole: boolean;
}

/** The response with a body that tells once how far it came. */
export function watchBody(response: Response, onEnd: (gone: Gone) => void): Response {
  const { body } = response;
  if (!body) return response;
  const reader = body.getReader();
  let bytes = 0;
  const watched = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller): Promise<void> {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          bytes += value.length;
          return controller.enqueue(value);
        }
        onEnd({ bytes, isWhole: true });
        controller.close();
      } catch (error) {
        onEnd({ bytes, isWhole: false });
        throw error;
      }
    },
    async cancel(reason): Promise<void> {
      onEnd({ bytes, isWhole: false });
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return new Response(watched, response);
}
