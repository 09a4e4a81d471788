/** Which pages of this browser are alive: of two windows only one goes on with what a third has left. */

const CHANNEL = "baseftp-uploads";

/** How long the others have to answer, milliseconds. They are in the same browser. */
const ANSWER_MS = 300;

export class PageClaims {
  /** The name of this page, new with each load. */
  readonly own = crypto.getRandomValues(new Uint32Array(3)).join("-");
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #heard = new Set<string>();

  constructor() {
    this.#channel.onmessage = ({ data }: MessageEvent<{ ask?: string; alive?: string }>) => {
      if (data.alive !== undefined) this.#heard.add(data.alive);
      if (data.ask !== undefined) this.#channel.postMessage({ alive: this.own });
    };
  }

  /** The names of the other pages that are alive. */
  async others(): Promise<ReadonlySet<string>> {
    this.#channel.postMessage({ ask: this.own });
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    return this.#heard;
  }
}
