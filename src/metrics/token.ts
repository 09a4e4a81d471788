/** The token that readers of metrics show: where it comes from, and whether it was shown. RFC 6750. */

/** The environment may have it, so that no file is needed. */
export const TOKEN_VARIABLE = "BASEFTP_METRICS_TOKEN";

/** A shorter one could be guessed. */
const LEAST_LENGTH = 16;

/** Compares what was shown without telling by the time how much of it was right. */
export class TokenCheck {
  readonly #expected: Promise<Uint8Array>;

  /** @param token Of {@linkcode readToken}. */
  constructor(token: string) {
    this.#expected = digest(token);
  }

  /** Whether the value of a header `Authorization` has the token. */
  async fits(authorization: string | null): Promise<boolean> {
    const shown = /^Bearer +(\S{1,1024})$/i.exec(authorization ?? "")?.[1];
    const [expected, found] = await Promise.all([this.#expected, digest(shown ?? "")]);
    // Of digests an early end of the comparison tells nothing about the token.
    return shown !== undefined && found.every((byte, index) => byte === expected[index]);
  }
}

/**
 * The token; undefined where there is none.
 *
 * @param file Where it stands, before the environment; empty for nowhere.
 * @throws {Error} when the file cannot be read, or the token is not sound; the message does not show it.
 */
export async function readToken(file: string): Promise<string | undefined> {
  const place = file === "" ? `the environment (${TOKEN_VARIABLE})` : file;
  const token = file === "" ? Deno.env.get(TOKEN_VARIABLE) : await readFile(file);
  if (token === undefined || file === "" && token === "") return undefined;
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Error(
      `Cannot use the metrics token of ${place}: it needs to be one word of plain letters and signs`,
    );
  }
  if (token.length < LEAST_LENGTH) {
    const remedy = `use ${LEAST_LENGTH} or more, such as what "openssl rand -hex 32" prints`;
    throw new Error(`Cannot use the metrics token of ${place}: it has ${token.length} characters; ${remedy}`);
  }
  return token;
}

async function readFile(file: string): Promise<string> {
  try {
    return (await Deno.readTextFile(file)).trim();
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : String(error);
    throw new Error(`Cannot read the metrics token of ${file}: ${reason}`, { cause: error });
  }
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
