/** Facts of MLST and MLSD, in the order in which they are sent. RFC 3659 §7.5. */

/** Every fact that the server can tell, and whether it is sent unless OPTS MLST says otherwise. */
const FACTS = {
  type: true,
  size: true,
  modify: true,
  create: true,
  perm: true,
  unique: true,
  "UNIX.mode": true,
  "UNIX.owner": false,
  "UNIX.group": false,
} as const satisfies Record<string, boolean>;

/** The name of a fact. */
export type FactName = keyof typeof FACTS;

/** What is known of one entry; a fact that does not apply to it is left out. */
export type FactValues = Readonly<Partial<Record<FactName, string>>>;

const NAMES = Object.keys(FACTS) as FactName[];

/** The facts sent when the client has not chosen. */
export const DEFAULT_FACTS: ReadonlySet<FactName> = new Set(NAMES.filter((name) => FACTS[name]));

/**
 * The facts and their path as one line without its end: each fact closed by a semicolon, one space, the path.
 * RFC 3659 §7.2.
 */
export function formatFacts(values: FactValues, selected: ReadonlySet<FactName>, path: string): string {
  let line = "";
  for (const name of NAMES) {
    const value = values[name];
    if (value !== undefined && selected.has(name)) line += `${name}=${value};`;
  }
  return `${line} ${path}`;
}

/** The FEAT line: every fact, with a star behind those that are sent. RFC 3659 §7.8. */
export function formatFactsFeature(selected: ReadonlySet<FactName>): string {
  return `MLST ${NAMES.map((name) => `${name}${selected.has(name) ? "*" : ""};`).join("")}`;
}

/** The selected facts as OPTS MLST echoes them: `type;size;`. RFC 3659 §7.9. */
export function formatFactList(selected: ReadonlySet<FactName>): string {
  return NAMES.filter((name) => selected.has(name)).map((name) => `${name};`).join("");
}

/**
 * Reads the fact list of OPTS MLST. Names are case-insensitive and unknown ones are passed over (RFC 3659
 * §7.9).
 *
 * @returns undefined when the list is malformed.
 */
export function parseFactList(argument: string): Set<FactName> | undefined {
  if (!/^(?:[^;\s]+;)*[^;\s]*$/.test(argument)) return undefined;
  const wanted = new Set(argument.toLowerCase().split(";"));
  return new Set(NAMES.filter((name) => wanted.has(name.toLowerCase())));
}

/** Facts that a client wants set, by their names in lower case, and the path that they are for. */
export interface FactAssignments {
  readonly facts: ReadonlyMap<string, string>;
  readonly pathname: string;
}

/**
 * Reads the argument of MFF: `modify=20260102030405;UNIX.mode=644; path`; undefined when it is malformed.
 * draft-somers-ftp-mfxx §5.
 */
export function parseFactAssignments(argument: string): FactAssignments | undefined {
  const [, list, pathname] = /^((?:[^=;\s]+=[^;\s]*;)+) (.+)$/s.exec(argument) ?? [];
  if (list === undefined || pathname === undefined) return undefined;
  const pairs = list.slice(0, -1).split(";").map((fact) => {
    const equals = fact.indexOf("=");
    return [fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1)] as const;
  });
  const facts = new Map(pairs);
  return facts.size === pairs.length ? { facts, pathname } : undefined;
}
