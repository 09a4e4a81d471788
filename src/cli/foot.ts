/** The foot of a terminal: lines that stay below all others, for as long as there are any. */

/** A line of it, and the columns that it takes. */
export interface FootLine {
  readonly text: string;
  readonly width: number;
}

/** What {@linkcode Foot} draws on. */
export interface FootScreen {
  /** The terminal's columns at this moment. */
  readonly columns: () => number;
  readonly write: (text: string) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** At most four times a second: more is no help to eyes, and a burden to a slow line. */
const LEAST_MS = 250;

/** Draws lines, and takes them away for others to be written. The cursor stays in the row below them. */
export class Foot {
  readonly #screen: FootScreen;
  #lines: readonly FootLine[] = [];
  /** The widths of what is drawn. */
  #drawn: readonly number[] = [];
  #drawnAtMs = -Infinity;

  /** With nothing in it. */
  constructor(screen: FootScreen) {
    this.#screen = screen;
  }

  /** Whether there is something to see. */
  get isEmpty(): boolean {
    return this.#lines.length === 0 && this.#drawn.length === 0;
  }

  /** Shows these lines from now on; without any they go at once. */
  show(lines: readonly FootLine[]): void {
    this.#lines = lines;
    if (lines.length === 0) this.clear();
    else this.redraw();
  }

  /** Writes something above it. */
  above(write: () => void): void {
    this.clear();
    try {
      write();
    } finally {
      this.redraw();
    }
  }

  /** Takes what is drawn away, until the next time that it is drawn. */
  clear(): void {
    const text = this.#clearing();
    if (text !== "") this.#screen.write(text);
  }

  /** Draws it, unless it was drawn a moment ago. */
  redraw(): void {
    const nowMs = this.#screen.now();
    if (this.#lines.length === 0 || nowMs - this.#drawnAtMs < LEAST_MS) return;
    const clearing = this.#clearing();
    this.#drawnAtMs = nowMs;
    this.#drawn = this.#lines.map(({ width }) => width);
    this.#screen.write(clearing + this.#lines.map(({ text }) => `${text}\n`).join(""));
  }

  /** A terminal that was made narrower since has broken lines that are wider than it is now. */
  #clearing(): string {
    if (this.#drawn.length === 0) return "";
    const columns = Math.max(1, this.#screen.columns());
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    this.#drawn = [];
    return `\r\u001b[${rows}A\u001b[J`;
  }
}
