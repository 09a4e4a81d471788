/** Offences: what clients do that no client does who means well, and how much each counts for a ban. */

/** One kind. */
interface Kind {
  /** A wrong password is one point. */
  readonly points: number;
  /** What there was too much of, to follow `too many`. */
  readonly what: string;
  /** Another protocol that was spoken, for the log. */
  readonly protocol?: string;
}

/**
 * The kinds. People speak the wrong protocol too: a browser, or a client that is set to SFTP, makes one to
 * three connections at a time. Monitors connect every few seconds and leave at once, all day.
 */
export const OFFENCES = {
  /** One that this network has not tried before. */
  "wrong-password": { points: 1, what: "wrong passwords" },
  "http": { points: 2, what: "HTTP requests", protocol: "HTTP" },
  "smtp": { points: 2, what: "commands of mail servers", protocol: "SMTP" },
  "tls": { points: 1, what: "TLS handshakes on the plain port", protocol: "TLS" },
  "ssh": { points: 1, what: "SSH banners", protocol: "SSH" },
  /** A connection that ended without an attempt to log in. */
  "came-and-went": { points: 0.01, what: "connections without a login" },
  /** A connection that was held until the time to log in was over, without an attempt. */
  "never-logged-in": { points: 0.5, what: "connections that never log in" },
  /** So many commands before the login: see `Stranger`. */
  "command-flood": { points: 4, what: "commands before the login" },
  /** So many refused ones. */
  "refused-commands": { points: 2, what: "refused commands before the login" },
  /** So many connections at once: see `ConnectionRates`. */
  "connection-flood": { points: 5, what: "connections at once" },
} as const satisfies Record<string, Kind>;

/** What a client did. */
export type Offence = keyof typeof OFFENCES;

/** The names. */
export const OFFENCE_NAMES = Object.keys(OFFENCES) as readonly Offence[];

/** The protocol that the offence is to speak; undefined for all others. */
export function protocolOf(offence: Offence): string | undefined {
  const kind: Kind = OFFENCES[offence];
  return kind.protocol;
}
