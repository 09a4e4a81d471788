/** The version of the program. */

/** Major, minor, patch. A test holds it equal to deno.json, which no module of the program may import. */
export const VERSION = "0.1.0";
