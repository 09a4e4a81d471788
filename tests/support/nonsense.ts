/** Messages that no session worker sends as long as it is itself. */

/** What the worker has: a session that was told of, call 1 for the mounts, and nothing else. */
export interface Own {
  readonly id: number;
  readonly peer: string;
}

const ERROR = { name: "Error", message: "", stack: undefined, code: undefined };
const LONG = "x".repeat(1_000_000);

function event(fields: Record<string, unknown>): unknown {
  return { kind: "event", event: fields };
}

function call(number: unknown, fields: Record<string, unknown>): unknown {
  return { kind: "call", call: number, ...fields };
}

function login({ id, peer }: Own, fields: Record<string, unknown>): unknown {
  return call(3, { ask: "login", name: "alice", password: "", peer, session: id, ...fields });
}

function upload(own: Own, fields: Record<string, unknown>): unknown {
  return call(3, { ask: "upload", session: own, verb: "STOR", path: "/h/a", clientPath: "/a", ...fields });
}

function link(wish: Record<string, unknown>): unknown {
  const nothing = { seconds: undefined, uses: undefined, password: undefined };
  return call(3, { ask: "link-make", wish: { path: "/a", kind: "download", ...nothing, ...wish } });
}

function visit(fields: Record<string, unknown>): unknown {
  return call(3, { ask: "link-visit", token: "t".repeat(24), password: undefined, ...fields });
}

function transfer({ id, peer }: Own, fields: Record<string, unknown>): unknown {
  return event({
    kind: "transfer",
    session: { id, peer },
    verb: "RETR",
    direction: "download",
    path: "/file",
    bytes: 1,
    seconds: 1,
    complete: true,
    type: "image",
    ...fields,
  });
}

/** Each with what is wrong with it. */
export const NONSENSE: readonly (readonly [what: string, message: (own: Own) => unknown])[] = [
  ["nothing", () => undefined],
  ["null", () => null],
  ["a number", () => 7],
  ["a text", () => "ready"],
  ["a list", () => ["ready"]],
  ["bytes", () => new Uint8Array(9)],
  ["a map", () => new Map([["kind", "ready"]])],
  ["an object without a kind", () => ({})],
  ["an unknown kind", () => ({ kind: "shutdown" })],
  ["a kind that is a member of every object", () => ({ kind: "constructor" })],
  ["a kind that is no text", () => ({ kind: ["event"] })],
  ["a field too many", () => ({ kind: "closed", more: 1 })],
  ["a second ready", () => ({ kind: "ready" })],
  ["a second listening", () => ({ kind: "listening", addresses: [{ hostname: "::1", port: 1 }] })],
  ["a port that it cannot have after all", () => ({ kind: "cannot-listen", port: 2121, error: ERROR })],
  ["sessions that nobody asked for", () => ({ kind: "looked", look: 1, views: [], more: 0 })],
  ["closed, unasked", () => ({ kind: "closed" })],
  ["ended, unasked", () => ({ kind: "ended" })],
  ["the number of a call used twice", () => call(1, { ask: "mounts" })],
  ["a call without a number", () => call(undefined, { ask: "mounts" })],
  ["a call with half a number", () => call(3.5, { ask: "mounts" })],
  ["a call with the greatest number of all", () => call(Infinity, { ask: "mounts" })],
  ["a call with a negative number", () => call(-1, { ask: "mounts" })],
  ["an unknown question", () => call(3, { ask: "password" })],
  ["no question", () => call(3, {})],
  ["a login without a password", (own) => login(own, { password: undefined })],
  ["a login with a list for a name", (own) => login(own, { name: ["a"] })],
  ["a login with a name of a megabyte", (own) => login(own, { name: LONG })],
  ["a login without an address", (own) => login(own, { peer: undefined })],
  ["a login from an address that its client does not have", (own) => login(own, { peer: "192.0.2.1" })],
  ["a login of a session that it does not have", (own) => login(own, { session: 4711 })],
  ["a login of no session", (own) => login(own, { session: 0 })],
  ["a question about an upload of nobody", ({ peer }) => upload({ id: 4711, peer }, {})],
  [
    "a question about an upload of an account that is not there",
    (own) => upload(own, { session: { ...own, user: "root" } }),
  ],
  ["a question about a list of places", (own) => upload(own, { path: ["/a"] })],
  ["a question about a place of a megabyte", (own) => upload(own, { clientPath: LONG })],
  ["a withdrawal of nothing", () => ({ kind: "withdraw" })],
  ["an admission of a name", () => call(3, { ask: "admit", peer: "localhost" })],
  ["an admission of an address with a line in it", () => call(3, { ask: "admit", peer: "::1\n::2" })],
  ["a disk thread for a path that is no mount", () => call(3, { ask: "disk", mount: "/etc" })],
  ["a disk thread for a mount that needs none", () => call(3, { ask: "disk", mount: "/" })],
  ["a disk thread for a number", () => call(3, { ask: "disk", mount: 7 })],
  [
    "an administrator's wish where none can sign in",
    (own) => call(3, { ask: "control", session: own, action: "who", params: "{}" }),
  ],
  ["more of an answer where none can sign in", () => call(3, { ask: "control-more", stream: 2 })],
  [
    "an administrator's wish with a list of params",
    (own) => call(3, { ask: "control", session: own, action: "who", params: [] }),
  ],
  [
    "an administrator's wish of a megabyte",
    (own) => call(3, { ask: "control", session: own, action: "who", params: LONG }),
  ],
  [
    "what an administrator has done",
    (own) => event({ kind: "admin", session: own, action: "stop", about: "" }),
  ],
  ["numbers that it takes by itself", () => call(3, { ask: "numbers", first: 1, count: 1000 })],
  ["a link for an account that is not there", (own) => link({ session: { ...own, user: "root" } })],
  ["a link for a session without an account", (own) => link({ session: own })],
  ["a link out of the tree", (own) => link({ session: own, path: "/a/../.." })],
  ["a link for half a visit", (own) => link({ session: own, uses: 0.5 })],
  ["a visit of a link by nobody", ({ peer }) => visit({ peer, session: 4711 })],
  ["the links of nobody", (own) => call(3, { ask: "links", session: own })],
  ["the end of a link of others", (own) => call(3, { ask: "link-revoke", session: own, link: "abcdefgh" })],
  [
    "a link that was not opened there",
    (own) => call(3, { ask: "link-revisit", link: "abcdefgh", peer: own.peer }),
  ],
  [
    "a use of a link by a session of another",
    (own) =>
      call(3, { ask: "link-use", link: "abcdefgh", session: { ...own, user: "alice", link: "hgfedcba" } }),
  ],
  [
    "a session by a link that was not opened there",
    (own) => event({ kind: "login", session: { ...own, user: "alice", link: "abcdefgh" } }),
  ],
  [
    "what became of a link",
    (own) =>
      event({
        ...{ kind: "link", action: "used", link: "abcdefgh", account: "alice", path: "/" },
        ...{ purpose: "download", session: own },
      }),
  ],
  ["no event", () => ({ kind: "event" })],
  ["an unknown event", () => event({ kind: "format-disk" })],
  ["an event that is a member of every object", () => event({ kind: "toString" })],
  ["a session of nobody", ({ peer }) => event({ kind: "login", session: { id: 4711, peer } })],
  ["session 0", ({ peer }) => event({ kind: "login", session: { id: 0, peer } })],
  ["a session of another client", ({ id }) => event({ kind: "login", session: { id, peer: "192.0.2.1" } })],
  ["an account that is not there", (own) => event({ kind: "login", session: { ...own, user: "root" } })],
  ["no session", () => event({ kind: "login" })],
  ["a session with more in it", (own) => event({ kind: "login", session: { ...own, admin: true } })],
  ["a name of a megabyte", (own) => event({ kind: "client-program", session: own, name: LONG })],
  ["a warning that is no text", () => event({ kind: "warning", message: { toString: 1 } })],
  ["an error without its text", () => event({ kind: "error", message: "", error: { name: "" } })],
  ["a real error", () => event({ kind: "error", message: "", error: new Error("x") })],
  [
    "a refusal of an address with a line in it",
    () => event({ kind: "session-refused", peer: "x\ny", reason: "" }),
  ],
  ["less than no bytes", (own) => transfer(own, { bytes: -1 })],
  ["bytes that are no number", (own) => transfer(own, { bytes: NaN })],
  ["bytes that JSON cannot write", (own) => transfer(own, { bytes: 1n })],
  ["a place for clients that is no text", (own) => transfer(own, { clientPath: { length: 1 } })],
  ["endless seconds", (own) => transfer(own, { seconds: Infinity })],
  ["a direction that does not exist", (own) => transfer(own, { direction: "sideways" })],
  ["an offence that nobody knows", ({ peer }) => ({ kind: "offence", peer, offence: "sneezing" })],
  [
    "an offence that is a member of every object",
    ({ peer }) => ({ kind: "offence", peer, offence: "toString" }),
  ],
  ["an offence of nobody", () => ({ kind: "offence", offence: "http" })],
  ["an offence of an address with a line in it", () => ({ kind: "offence", peer: "::1\n", offence: "http" })],
  ["an offence with points", ({ peer }) => ({ kind: "offence", peer, offence: "http", points: 1000 })],
  ["a ban", () => event({ kind: "banned", network: "::/0", by: "operator", reason: "" })],
  ["the end of a ban", () => event({ kind: "unbanned", network: "::/0", isOver: true, refused: 0 })],
  ["a scanner", ({ peer }) => event({ kind: "scanner", peer, protocol: "HTTP" })],
  ["an unknown act", (own) => event({ kind: "file", session: own, action: "chown", path: "/" })],
];
