/** Where we depart from the letter of the rules, as data. */

/** A rule that we depart from on purpose and that belongs to no single verb. */
export interface Deviation {
  /** The rows of the checklist that it is about. */
  readonly ids: readonly string[];
  readonly rule: string;
  readonly here: string;
  readonly why: string;
}

/** The deviations, in the order of the RFCs. */
export const DEVIATIONS: readonly Deviation[] = [
  {
    ids: ["T3"],
    rule: "RFC 959 §5.1: the first type is ASCII",
    here:
      "until a TYPE command comes, bytes pass unchanged, and SIZE counts them so; `default-transfer-type = ascii` begins as the RFC says",
    why:
      "clients that forget TYPE I would ruin every file that is no text; lftp and ncftpput in text mode rely on the RFC and never say TYPE A",
  },
  {
    ids: ["D16"],
    rule: "RFC 959 §3.2: without PORT, data go to the client's control port",
    here: "a transfer with neither PASV, EPSV, PORT nor EPRT before it is 425 with advice",
    why: "no client of today listens there",
  },
  {
    ids: ["D17"],
    rule: "RFC 959 §3.2: the server's data port is the one below its control port",
    here:
      "the system chooses the port of a connection to the client; its address is the control connection's",
    why: "port 20 is for administrators",
  },
  {
    ids: ["D8", "D9", "D11"],
    rule: "RFC 959 §5.2: data may go to a third host",
    here:
      "PORT and EPRT to another address than the client's, or to a port below 1024, are 504, and a data connection from another address is dropped. Settings lift both limits",
    why: "RFC 2577 §3 and §4: nobody shall use the server to reach others",
  },
  {
    ids: ["D18"],
    rule: "RFC 959 §5.4: 125 when the data connection is open already",
    here: "the mark is always 150",
    why: "some devices know no other",
  },
  {
    ids: ["C13", "A1", "A2"],
    rule: "RFC 959 §5.4: 120 for a delay, 225 after ABOR with a data connection left open",
    here: "neither is sent; ABOR closes the data connection and is always 226",
    why: "one answer to know for clients",
  },
  {
    ids: ["F18", "S1"],
    rule: "RFC 959 §5.4: LIST, NLST and STAT of what is not there are 450",
    here: "550",
    why: "450 invites the client to try again, and every other command says 550",
  },
  {
    ids: ["F3"],
    rule: "RFC 959 §5.4: MKD has no 553",
    here: "553 for a name that no directory can have, as STOR and RNTO say it",
    why: "it tells a bad name from a directory that is there",
  },
  {
    ids: ["F17"],
    rule: "RFC 959 §5.3.1: NOOP has no argument",
    here: "it may have one",
    why: "keep-alive helpers add text",
  },
  {
    ids: ["M14"],
    rule: "RFC 2389 §4: an option that cannot be had is 501",
    here: "OPTS UTF8 OFF is 504 unless a fallback encoding is set",
    why: "the command is understood, UTF-8 is all there is",
  },
  {
    ids: ["R16"],
    rule: "RFC 959 §4.1.3: STOR replaces the file",
    here:
      "it does when the upload is complete: until then the bytes lie under a hidden name that no listing shows and no command reaches. REST and APPE continue an upload that was cut off, SIZE tells the bytes held, DELE drops them, RMD takes them with an otherwise empty directory, a second writer gets 450. A setting turns this off",
    why: "other programs shall not take half a file for a whole one",
  },
  {
    ids: ["A6"],
    rule: "RFC 959 §3.4.1: closing the data connection marks the end of the file",
    here:
      "a reset, fewer bytes than ALLO announced, or under TLS an end without its closing alert, is no end: 426, and the part is kept. A setting lets clients leave the alert out",
    why: "a broken connection shall not look like a complete upload",
  },
  {
    ids: ["R11", "R13"],
    rule: "RFC 3659 §5.3: what REST and STOR leave behind the last byte sent is open",
    here: "it stays; the head stays in any case. An upload in ASCII cannot be resumed: 554",
    why: "nothing is lost that the client did not send again",
  },
  {
    ids: ["P9"],
    rule: "RFC 2640 §3.1, RFC 3659 §2.2: names in other encodings than UTF-8 are passed through",
    here:
      "a command line that is not valid UTF-8 is 501; a name on the disk that is not is left out of listings and told to the operator once for each directory",
    why:
      "the runtime's paths are text, so such a name cannot be opened, and changing it silently would be worse",
  },
  {
    ids: ["C5", "S12"],
    rule: "RFC 3659 §2.2: a name may hold a CR or an LF",
    here: "an entry with one is left out of listings; in replies the character is shown as a question mark",
    why: "on the data connection it would look like two entries, in a reply like another reply",
  },
  {
    ids: ["S9"],
    rule: "RFC 1123 §4.1.2.7: wildcards are not for NLST",
    here:
      "`*`, `?` and `[…]` in the last component of the path of LIST, NLST and STAT; a name that exists wins; no match is 550. In every other command they are ordinary characters",
    why: "`mget *` of many clients needs it",
  },
  {
    ids: ["S2"],
    rule: "No RFC: options of LIST",
    here:
      "leading words with a hyphen are options (`-a`, `-l`, `-d`, `-t`, `-r`; others are passed over) unless a file has that name. Hidden files are always shown",
    why: "clients send `LIST -la`",
  },
  {
    ids: ["X8"],
    rule: "RFC 4217 §10.2: data connections with another protection than the policy asks for",
    here:
      "521 for the transfer command, before anything is opened; PASV, EPSV, PORT and EPRT are taken at any level",
    why: "PROT may still follow them",
  },
  {
    ids: ["X5"],
    rule: "RFC 2228 §3: PBSZ with another size than 0",
    here: "any size is taken and answered with `PBSZ=0`",
    why: "TLS has no buffer of its own to size (RFC 4217 §9)",
  },
  {
    ids: ["X17"],
    rule: "RFC 4217 §7: the client of TLS in a transfer between two servers",
    here:
      "the server is the TLS server always; under PROT P no data go to or come from a third host, whatever the settings say",
    why: "two servers cannot agree on who begins",
  },
  {
    ids: ["X12"],
    rule: "RFC 8446 §6.1: an end without the closing alert is a cut",
    here:
      "an upload under TLS 1.3 whose last record has exactly two bytes passes for complete when it is cut off right there, and one whose closing alert is padded, which no common client does, for cut off",
    why: "the runtime does not tell; what the records look like from outside does, but for these two",
  },
  {
    ids: ["C7"],
    rule: "RFC 854: Telnet options are negotiated",
    here: "every offer is refused; interrupts and marks are dropped, in band or urgent",
    why: "RFC 1123 §4.1.2.12 wants no more",
  },
];

/** Rows of the checklist without a test, and why. */
export const UNTESTED: Readonly<Record<string, string>> = {
  L12:
    "a test would measure the noise of its machine. `src/users/password.ts` compares in constant time, does the work of a hash for a wrong plain text, and gives each name without an account the work of one of the accounts (`src/users/decoys.ts`)",
  P3: "no system that the tests run on lets a name hold a slash",
  Z4:
    "there are no such rules: a firewall has them. Data connections come from the client's own address and go there, D8 and D11",
};
