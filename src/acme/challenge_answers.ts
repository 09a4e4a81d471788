/**
 * Answers the authority's look at this machine: a listener on port 80 that is there for as long as an order
 * takes, and knows nothing but the answers. RFC 8555 §8.3.
 */

const PLACE = "/.well-known/acme-challenge/";

/** Where to listen. */
export interface AnswerAddress {
  readonly hostname: string;
  readonly port: number;
}

/** Answers by their tokens. Disposing closes the port. */
export class ChallengeAnswers implements AsyncDisposable {
  readonly #byToken = new Map<string, string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** Listens. @throws {Error} of the system, when the port cannot be had. */
  constructor({ hostname, port }: AnswerAddress) {
    const answer = (request: Request): Response => this.#answer(request);
    this.#server = Deno.serve({ hostname, port, onListen: () => {} }, answer);
  }

  /** The port that it has. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** Gives this text to whoever asks by this token. */
  set(token: string, authorization: string): void {
    this.#byToken.set(token, authorization);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer({ method, url }: Request): Response {
    const { pathname } = new URL(url);
    const text = pathname.startsWith(PLACE) ? this.#byToken.get(pathname.slice(PLACE.length)) : undefined;
    // Nobody is to keep a connection that is over when the order is.
    const headers = { "connection": "close", "content-type": "application/octet-stream" };
    if (text === undefined) return new Response("Nothing here\n", { status: 404, headers });
    return new Response(method === "HEAD" ? null : text, { headers });
  }
}
