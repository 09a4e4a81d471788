/** Where the form that asks for account and password is. */

/** Its address; it leads back to where the page is now. */
export function signInAddress(): string {
  return `/~/sign-in?to=${encodeURIComponent(location.pathname)}`;
}
