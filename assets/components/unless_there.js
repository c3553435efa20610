// In front of every component's scripts, those too that are sent whole.

/** What a component returns: what ends it, where its place is out of the page.
 *
 *  Streamlit calls a component again with each new data, once its module has come. What an older call returned it may
 *  still run after that: for a call that newer data have overtaken, though the component stands in the page. */
export function unlessThere(place, end) {
  return () => place.isConnected || end()
}
