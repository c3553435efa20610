// Tells the server of photos, and of a network that was taught or brought, that this tab has shown and that its session
// does not have: the app was started again, or the page loaded anew. The tab remembers how many photos there were and
// whether there was a network, and nothing else of them.
//
// A tab that is duplicated remembers it too, and there they are not gone: the other tab has them, and says so.

const NAME = "own_photos"
const ANSWER_WITHIN = 1000 // milliseconds in which another tab says that it lives

/** What is gone: {photos, network}, their number and whether a network is; null for nothing.
 *  before, now: {session, photos, network}, before null where nothing is remembered. */
export function gone(before, now) {
  if (!before || before.session === now.session) return null
  const photos = now.photos ? 0 : before.photos, network = Boolean(before.network) && !now.network
  return photos > 0 || network ? { photos, network } : null
}

/** Whether another tab shows this session. */
function livesElsewhere(session) {
  if (!("BroadcastChannel" in window)) return Promise.resolve(false)
  const channel = new BroadcastChannel(NAME)
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => data.lives === session && resolve(true)
    channel.postMessage({ asked: session })
    setTimeout(() => resolve(false), ANSWER_WITHIN)
  }).finally(() => channel.close())
}

/** From now on, on whichever page it is, this tab says that it lives to whoever asks for its session. */
function answerFor(session) {
  if (!("BroadcastChannel" in window)) return
  if (!window.ownPhotos) {
    const channel = new BroadcastChannel(NAME)
    channel.onmessage = ({ data }) => data.asked === window.ownPhotos.session && channel.postMessage({ lives: data.asked })
    window.ownPhotos = { channel }
  }
  window.ownPhotos.session = session
}

class View {
  constructor(host) {
    this.root = document.createElement("i")
    this.root.hidden = true
    host.append(this.root)
  }

  async receive(now) {
    let before = null
    try {
      before = JSON.parse(sessionStorage.getItem(NAME))
      sessionStorage.setItem(NAME, JSON.stringify(now))
    } catch {} // a browser that keeps nothing
    answerFor(now.session) // first, or this tab would answer itself
    const lost = gone(before, now)
    if (lost && !(await livesElsewhere(before.session))) this.send("gone", lost)
  }
}

export default mounted(View)
