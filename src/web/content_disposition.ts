/** The header Content-Disposition: what a file is to be called where it is saved. RFC 6266, RFC 8187. */

/** Whether the browser may show it, or saves it at once. */
export type Disposition = "inline" | "attachment";

/** The header for a file of any name. What old programs cannot read of the name is `_` for them. */
export function contentDisposition(disposition: Disposition, name: string): string {
  // A percent sign would be decoded by some.
  const plain = name.replaceAll(/[^\x20-\x7e]/gu, "_").replaceAll(/["%\\]/g, "_");
  const header = `${disposition}; filename="${plain}"`;
  return plain === name ? header : `${header}; filename*=UTF-8''${extendedValue(name)}`;
}

/** As `ext-value` of RFC 8187 has it: all but its `attr-char` in hexadecimal. */
function extendedValue(name: string): string {
  const encoded = encodeURIComponent(name.toWellFormed());
  return encoded.replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
