/** Rows of one height of which only those in sight are in the document, however many there are. */

import type { CSSProperties, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows beyond the edges, so that a quick scroll shows no gap. */
const SPARE_ROWS = 6;

/** Places them in a box that scrolls. The height of a row is the property `--row` of the style sheet. */
export function VirtualRows<Row>(
  { rows, label, render }: {
    rows: readonly Row[];
    label: string;
    render: (row: Row, place: { index: number; style: CSSProperties }) => JSX.Element;
  },
): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, row: 44 });
  const look = (): void => {
    const { scrollTop: top, clientHeight: height } = box.current!;
    const row = Number.parseFloat(getComputedStyle(box.current!).getPropertyValue("--row")) || 44;
    setView({ top, height, row });
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(view.top / view.row) - SPARE_ROWS);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / view.row) + SPARE_ROWS);
  return (
    <div
      ref={box}
      class="virtual"
      tabIndex={0}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length}
      onScroll={look}
    >
      <div class="virtual-rows" role="rowgroup" style={{ height: `${rows.length * view.row}px` }}>
        {rows.slice(first, last).map((row, offset) =>
          render(row, {
            index: first + offset + 1,
            style: { transform: `translateY(${(first + offset) * view.row}px)` },
          })
        )}
      </div>
    </div>
  );
}
