/** The text of the accounts file, taken apart: rows, sections, entries, each with its line and its place. */

import { type Line, linesOf } from "./lines.ts";
import { nearestName } from "./nearest_name.ts";
import type { Problem } from "./problem.ts";

/** A value and where it stands, so that it can be replaced without touching anything around it. */
export interface IniValue {
  /** What it means: without quotes and escapes, otherwise as written. */
  readonly text: string;
  /** The line, from 1. */
  readonly line: number;
  /** Offset in the document's text of its first character, the opening quote included. */
  readonly start: number;
  /** Offset just after its last character, the closing quote included. */
  readonly end: number;
}

/** A row of the tutorial's format: `name password permissions home`. */
export interface IniRow {
  readonly line: number;
  readonly name: string;
  readonly password: IniValue;
  readonly permissions: IniValue;
  readonly home: IniValue;
}

/** A line `key = value` of a section. */
export interface IniEntry {
  readonly line: number;
  readonly key: string;
  readonly value: IniValue;
}

/** A section: its header and its entries. */
export interface IniSection {
  /** The line of the header, from 1. */
  readonly line: number;
  /** The header's text between the brackets, such as `user:alice`. */
  readonly title: string;
  /** Offset in the document's text just after the header's line. */
  readonly bodyStart: number;
  /** The entries in order; no key twice. */
  readonly entries: readonly IniEntry[];
}

/** A section `[user:alice]`. */
export interface IniUserSection extends IniSection {
  /** The account's name: the header's text after `user:`. */
  readonly user: string;
}

/** A section `[group:family]`. */
export interface IniGroupSection extends IniSection {
  /** The group's name: the header's text after `group:`. */
  readonly group: string;
}

/** A section `[hook:scan]`. */
export interface IniHookSection extends IniSection {
  /** The hook's name: the header's text after `hook:`. */
  readonly hook: string;
}

/** Everything that the text says, with everything in it that cannot be understood. */
export interface IniDocument {
  /** The file, as the person named it; undefined for text of another origin. */
  readonly file: string | undefined;
  /** The whole text, a byte order mark included. */
  readonly text: string;
  readonly rows: readonly IniRow[];
  readonly users: readonly IniUserSection[];
  /** No name twice. */
  readonly groups: readonly IniGroupSection[];
  readonly hooks: readonly IniHookSection[];
  readonly anonymous: IniSection | undefined;
  readonly server: IniSection | undefined;
  /** In the order of the lines. */
  readonly problems: readonly Problem[];
}

/** A section while its entries are being read. */
interface OpenSection extends IniSection {
  readonly entries: IniEntry[];
}

/** Options of {@linkcode parseIniDocument}. */
export interface IniDocumentOptions {
  /** The name of the file for problems. */
  readonly file?: string;
}

/**
 * Takes the text of an accounts file apart. Never throws: what cannot be understood becomes a problem, and
 * the rest is read on.
 *
 * Before the first section every line is a row `name password permissions home`, parted by any blanks, and
 * `#` starts a comment anywhere. In a section a line is `key = value`, and `#` or `;` starts a comment at the
 * start of a line or after a blank. A value may stand in double quotes, with `\"` and `\\` inside, to hold
 * what would be lost otherwise. Lines end with LF, CRLF or CR; values are always text.
 */
export function parseIniDocument(text: string, options: IniDocumentOptions = {}): IniDocument {
  return new Parser(text, options.file).parse();
}

const SECTION_SYNTAX = "[user:NAME], [group:NAME], [hook:NAME], [anonymous] or [server]";
const ROW_SYNTAX = "name password permissions home";

class Parser {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #rows: IniRow[] = [];
  readonly #users: IniUserSection[] = [];
  readonly #groups: IniGroupSection[] = [];
  readonly #hooks: IniHookSection[] = [];
  readonly #only = new Map<string, IniSection>();
  readonly #problems: Problem[] = [];
  #section: OpenSection | "unknown" | undefined;

  constructor(text: string, file: string | undefined) {
    this.#text = text;
    this.#file = file;
  }

  parse(): IniDocument {
    for (const line of linesOf(this.#text)) {
      if (/^\s*(?:[#;]|$)/.test(line.text)) continue;
      if (/^\s*\[/.test(line.text)) this.#readHeader(line);
      else if (!this.#section) this.#readRow(line);
      else if (this.#section !== "unknown") this.#readEntry(line, this.#section);
    }
    return {
      file: this.#file,
      text: this.#text,
      rows: this.#rows,
      users: this.#users,
      groups: this.#groups,
      hooks: this.#hooks,
      anonymous: this.#only.get("anonymous"),
      server: this.#only.get("server"),
      problems: this.#problems,
    };
  }

  #readRow(line: Line): void {
    const content = line.text.replace(/#.*$/, "");
    const fields = Array.from(content.matchAll(/\S+/g), ({ 0: text, index }): IniValue => {
      const start = line.start + index;
      return { text, line: line.number, start, end: start + text.length };
    });
    const [name, password, permissions, home] = fields;
    if (!name) return;
    if (name && password && permissions && home && fields.length === 4) {
      this.#rows.push({ line: line.number, name: name.text, password, permissions, home });
      return;
    }
    // Any field but the first may be a password, so only the first is shown.
    const key = /^\s*([\w:-]+)\s*=/.exec(content)?.[1];
    if (key !== undefined) {
      this.#report(
        line,
        key,
        `Cannot place "${key}": a setting needs a section above it, such as [server] or [user:alice]`,
      );
      return;
    }
    const remedy = fields.length > 4 ? "; blanks inside a password or a path need a section [user:NAME]" : "";
    this.#report(
      line,
      name.text,
      `Cannot read the row of "${name.text}": expected 4 fields (${ROW_SYNTAX}), found ${fields.length}${remedy}`,
    );
  }

  #readHeader(line: Line): void {
    // Lines below a header that is not understood belong to nothing, and one problem says so.
    this.#section = "unknown";
    const title = /^\s*\[([^\]]*)\]\s*(?:[#;].*)?$/.exec(line.text)?.[1]?.trim();
    if (title === undefined) {
      const start = line.text.trim().split(/\s/)[0]!;
      this.#report(line, start, `Cannot read the section header "${start}": expected ${SECTION_SYNTAX}`);
      return;
    }
    const section: OpenSection = { line: line.number, title, bodyStart: line.next, entries: [] };
    const [, kind, name] = /^(user|group|hook):\s*(.*)$/.exec(title) ?? [];
    if (name === "") {
      const example = { user: "[user:alice]", group: "[group:family]", hook: "[hook:notify]" }[kind!];
      return this.#report(line, title, `Missing name in [${title}]: expected a header such as ${example}`);
    }
    if (name === undefined && title !== "anonymous" && title !== "server") {
      return this.#report(line, title, `Unknown section [${title}]: ${rightSection(title)}`);
    }
    // Accounts may be named twice here: rows have the same names, so that is seen where all of them are.
    const first = kind === "group" ? this.#groups.find(({ group }) => group === name) : this.#only.get(title);
    if (first) {
      const message = `Duplicate section [${title}]: the first is on line ${first.line}, put all of it there`;
      return this.#report(line, title, message);
    }
    if (name === undefined) this.#only.set(title, section);
    else if (kind === "user") this.#users.push({ ...section, user: name });
    else if (kind === "hook") this.#hooks.push({ ...section, hook: name });
    else this.#groups.push({ ...section, group: name });
    this.#section = section;
  }

  #readEntry(line: Line, section: OpenSection): void {
    // The line may be a stray password, so nothing of it is shown.
    const [before, key] = /^\s*([^=]*?)\s*=\s*/.exec(line.text) ?? [];
    if (before === undefined || key === undefined || key === "" || /\s[#;]/.test(key)) {
      const expected = `key = value (rows of ${ROW_SYNTAX} stand above the first section)`;
      this.#report(line, "", `Cannot read the line in [${section.title}]: expected ${expected}`);
      return;
    }
    const first = section.entries.find((entry) => entry.key === key);
    if (first) {
      this.#report(
        line,
        key,
        `Duplicate key "${key}" in [${section.title}]: the first is on line ${first.line}`,
      );
      return;
    }
    const value = this.#readValue(line, before.length, key);
    if (value) section.entries.push({ line: line.number, key, value });
  }

  #readValue(line: Line, offset: number, key: string): IniValue | undefined {
    const rest = line.text.slice(offset);
    const at = (text: string, length: number): IniValue => {
      const start = line.start + offset;
      return { text, line: line.number, start, end: start + length };
    };
    if (key.startsWith(TWO_PARTS)) {
      const whole = wholeValue(line.text, offset);
      if (whole !== undefined) return at(whole, whole.length);
      this.#report(line, key, `Missing closing quote of "${key}": write \\" for a quote inside`);
      return undefined;
    }
    if (!rest.startsWith('"')) {
      // A comment sign needs a blank before it, which may be the one that follows the equals sign.
      const plain = line.text.replace(/(?<=\s)[#;].*$/, "").slice(offset).trimEnd();
      return at(plain, plain.length);
    }
    const [quoted, inner] = /^"((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
    if (quoted === undefined || inner === undefined) {
      this.#report(
        line,
        key,
        `Missing closing quote of "${key}": write \\" for a quote and \\\\ for a backslash inside`,
      );
      return undefined;
    }
    if (!/^\s*(?:[#;].*)?$/.test(rest.slice(quoted.length))) {
      this.#report(
        line,
        key,
        `Unexpected text after the closing quote of "${key}": write \\" for a quote inside`,
      );
      return undefined;
    }
    return at(inner.replace(/\\(["\\])/g, "$1"), quoted.length);
  }

  #report(line: Line, value: string, message: string): void {
    this.#problems.push({ file: this.#file, line: line.number, value, message });
  }
}

/** Values of such keys have two parts, of which each may stand in quotes: they are left as they are. */
const TWO_PARTS = "mount:";

/** All from there to the end of the line or to a comment; undefined where a quote is not closed. */
function wholeValue(line: string, offset: number): string | undefined {
  const parts = /(?:"(?:[^"\\]|\\.)*"|(?<!\s)[#;]|[^"#;])*/y;
  parts.lastIndex = offset;
  const whole = parts.exec(line)![0];
  return line[offset + whole.length] === '"' ? undefined : whole.trimEnd();
}

/** What an unknown header should have been. */
function rightSection(title: string): string {
  const near = nearestName(title.split(":")[0]!, ["user", "group", "hook", "anonymous", "server"]);
  if (near === undefined) return `expected ${SECTION_SYNTAX}`;
  return `did you mean [${near === "anonymous" || near === "server" ? near : `${near}:NAME`}]?`;
}
