// Completes the address of a page that has just been opened, in the place of its entry in the browser's history.
// Streamlit would make another entry, and Back would first lead to the same page.

const completed = new WeakSet()

/** page: its path; before, after: what the server has read in its link, and what shall stand there, as JSON. Where
 *  something else stands there by now, a hand was quicker, and nothing is done. */
export default function ({ data }) {
  if (!data || completed.has(data)) return
  completed.add(data)
  const [was, is] = [JSON.parse(data.before), JSON.parse(data.after)]
  const link = new URLSearchParams(location.search)
  const names = Object.keys({ ...was, ...is })
  if (location.pathname.split("/").pop() !== data.page || names.some((name) => link.get(name) !== (was[name] ?? null))) return
  for (const name of names) {
    if (name in is) link.set(name, is[name])
    else link.delete(name)
  }
  const query = String(link)
  history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`)
}
