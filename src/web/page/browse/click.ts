/** Clicks on links that the page follows itself; the others are the browser's: a new tab, a new window. */

/** Whether the link is to be followed here. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}
