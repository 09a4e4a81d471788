/** Bytes as people read them: `1.5 MiB`. */

/** With one digit behind the point above 1023 bytes; powers of 1024. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), 4);
  return `${(bytes / 1024 ** power).toFixed(1)} ${"KMGT".charAt(power - 1)}iB`;
}
