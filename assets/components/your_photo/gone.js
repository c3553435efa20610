// Tells the server of photos that this tab has shown and that its session does not have: the app was started again,
// or the page loaded anew. The tab remembers how many there were, and nothing else of them.

const NAME = "own_photos"

/** How many photos are gone. before, now: {session, photos}, before null where nothing is remembered. */
export function gone(before, now) {
  return before && before.session !== now.session && now.photos === 0 && before.photos > 0 ? before.photos : 0
}

class View {
  constructor(host) {
    this.root = document.createElement("i")
    this.root.hidden = true
    host.append(this.root)
  }

  receive(now) {
    let before = null
    try {
      before = JSON.parse(sessionStorage.getItem(NAME))
      sessionStorage.setItem(NAME, JSON.stringify(now))
    } catch {} // a browser that keeps nothing
    const lost = gone(before, now)
    if (lost) this.send("gone", lost)
  }
}

export default mounted(View)
