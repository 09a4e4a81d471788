/** What a server told, in order, and a way to wait for it. */

import type { ServerEvent } from "../../src/telemetry/events.ts";
import { within } from "./raw_socket.ts";

/** Takes events for a test. */
export class EventRecord {
  /** All that came, in order. */
  readonly events: ServerEvent[] = [];
  #stirred = Promise.withResolvers<void>();

  /** Takes an event. */
  readonly record = (event: ServerEvent): void => {
    this.events.push(event);
    this.#stirred.resolve();
    this.#stirred = Promise.withResolvers();
  };

  /** The first event that fits, now or as soon as it happens. */
  async first<K extends ServerEvent["kind"]>(
    kind: K,
    fits: (event: Extract<ServerEvent, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<ServerEvent, { kind: K }>> {
    while (true) {
      const stirred = this.#stirred.promise;
      const found = this.events.find((event): event is Extract<ServerEvent, { kind: K }> =>
        event.kind === kind && fits(event as Extract<ServerEvent, { kind: K }>)
      );
      if (found) return found;
      await within(stirred, `an event of the kind ${kind}`);
    }
  }
}
