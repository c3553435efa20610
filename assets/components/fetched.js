// All that Streamlit sends of a component, with every update anew: it fetches the component's scripts and styles, which
// are one module, and which a browser does once. ui/components.py puts the module's address here.
const address = location.origin + "ADDRESS", dressed = new WeakSet()

/** Where the line breaks, or a server has begun anew, it is asked again, and under another address: of a module that did
 *  not come, browsers remember that. One that the server has and that does not run is an error. */
async function fetched() {
  for (let tried = 0, there = false; ; tried++) {
    try {
      return await import(tried ? `${address}?${tried}` : address)
    } catch (failed) {
      if (there) throw failed
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** tried, 16_000)))
    there = await fetch(address, { method: "HEAD" }).then((answer) => answer.ok, () => false)
  }
}

const { default: mount, STYLE } = await fetched()

/** What is drawn takes the room that it needs, and no longer what ui/rooms.py keeps for it. */
const there = (host) => host.closest("[data-testid=stElementContainer]")?.setAttribute("data-there", "")

export default function (given) {
  const host = given.parentElement
  if (STYLE && !dressed.has(host)) {
    const style = document.createElement("style")
    style.textContent = STYLE
    host.prepend(style)
    dressed.add(host)
  }
  const drawn = () => there(host.host ?? host), end = mount({ ...given, drawn })
  if (!mount.later) drawn()
  return end
}
