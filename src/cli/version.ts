/** The version of the program. */

/** Major, minor, patch. A test holds it equal to deno.json, which no module of the program may import. */
export const VERSION = "0.1.0";

/** The day that this version was made, for the manual page. */
export const RELEASED = "2026-11-24";
