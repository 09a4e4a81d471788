/** Names that Windows takes as they are. */

const RESERVED = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;
// deno-lint-ignore no-control-regex -- control characters are among what Windows refuses
const FORBIDDEN = /[\x00-\x1f<>:"/\\|?*]/;

/**
 * Whether Windows keeps this name unchanged and as a plain file: no device name, no drive letter or alternate
 * stream (colon), no trailing dot or blank that it would drop, no backslash that would make two names of it.
 */
export function isWindowsName(name: string): boolean {
  return !FORBIDDEN.test(name) && !RESERVED.test(name) && !/[. ]$/.test(name);
}
