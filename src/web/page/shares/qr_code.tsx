/** A text as a QR code, drawn as one path. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Light modules around it, which readers need. */
const BORDER = 2;

export function QrCode({ text, label }: { text: string; label: string }): JSX.Element {
  const [code, setCode] = useState({ size: 1, path: "" });
  useEffect(() => void draw(text).then(setCode), [text]);
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${code.size} ${code.size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={code.path} />
    </svg>
  );
}

async function draw(text: string): Promise<{ size: number; path: string }> {
  // A tenth of the page, for the few who share something.
  const { encode } = await import("uqr");
  const { data, size } = encode(text, { border: BORDER });
  const modules = data.flatMap((row, y) => row.flatMap((isDark, x) => isDark ? [`M${x} ${y}h1v1h-1z`] : []));
  return { size, path: modules.join("") };
}
