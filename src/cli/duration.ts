/** Times as people write them on a command line: `90s`, `10m`, `2h`, `1h30m`, `7d`. */

const MS_OF = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;

/** What {@linkcode parseDuration} takes, for messages. */
export const DURATION_SYNTAX = "a time such as 90s, 10m, 2h, 1h30m or 7d";

/** The milliseconds of a time above zero; undefined when the text is none. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text);
  if (!parts) return undefined;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const ms = Number(days) * MS_OF.d + Number(hours) * MS_OF.h + Number(minutes) * MS_OF.m +
    Number(seconds) * MS_OF.s;
  return ms > 0 ? ms : undefined;
}

/** A time in its largest unit, rounded down: `45s`, `12m`, `3h`, `2d`. */
export function shortTime(ms: number): string {
  const unit = (["d", "h", "m"] as const).find((unit) => ms >= MS_OF[unit]) ?? "s";
  return `${Math.floor(Math.max(0, ms) / MS_OF[unit])}${unit}`;
}
