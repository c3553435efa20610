// Completes the address of a page that has just been opened, in the place of its entry in the browser's history.
// Streamlit would make another entry, and Back would first lead to the same page.

class View {
  constructor(host) {
    this.root = document.createElement("i")
    this.root.hidden = true
    host.append(this.root)
  }

  /** page: its path; before, after: what the server has read in its link, and what shall stand there, as JSON. Where
   *  something else stands there by now, a hand was quicker, and nothing is done. */
  receive({ page, before, after }) {
    const [was, is] = [JSON.parse(before), JSON.parse(after)]
    const link = new URLSearchParams(location.search)
    const names = Object.keys({ ...was, ...is })
    if (location.pathname.split("/").pop() !== page || names.some((name) => link.get(name) !== (was[name] ?? null))) return
    for (const name of names) {
      if (name in is) link.set(name, is[name])
      else link.delete(name)
    }
    const query = String(link)
    history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`)
  }
}

export default mounted(View)
