// In front of every component's scripts, after unless_there.js, as base.css is in front of its styles.

/** How long a view whose place was taken from it waits for another, in milliseconds: a slow phone takes a second to put
 *  it back. One whose page is left has none to wait for, which shows a moment later. */
const HOMELESS_FOR = 4000, GLANCE = 250

/** st-key-<key>, the class of the element around a component that was mounted with key=; undefined without one. */
const keyAt = (place) => (place.host ?? place).closest("[class*=st-key-]")?.className.match(/st-key-\S+/)[0]

/** What a component exports: a View of its own for each place where it is mounted, told of new data, removed at the end.
 *
 *  View: constructor(host), root, receive(data); where more must end than its root is taken away close(), and where
 *  something is yet to be told leave(); where it waits for the hand to rest hasten(), for a link that is pressed leads to
 *  where nothing more of it is heard; where colours are read from the page's styles redraw(), for day and night.
 *  view.send(name, value) tells the server. read: what makes of the data what the view receives, such as unpack, or
 *  a promise of it; until the view has received something, nothing else is asked of it.
 *
 *  Where a part's runs come one right after another, Streamlit takes the component out of the page, and puts it back
 *  a moment later, in a new place. The view moves there, with what the hand has done and where the focus was.
 *  It is known by the key that Python mounts it with: the one that Streamlit gives here is another in each place. */
export function mounted(View, read = (data) => data) {
  const places = new WeakMap(), homeless = new Map()

  const moved = (name, parent) => {
    const place = homeless.get(name)
    if (!place) return undefined
    clearTimeout(place.ending)
    homeless.delete(name)
    parent.append(place.view.root)
    if (place.focus && document.activeElement === document.body) place.focus.focus({ preventScroll: true })
    return place
  }

  const begun = (parent) => {
    const place = { view: new View(parent), page: location.pathname, data: undefined, received: undefined, focus: null }
    const { root } = place.view
    place.press = (event) => event.composedPath().some(({ href }) => href) && place.view.hasten?.()
    addEventListener("pointerdown", place.press, true)
    root.addEventListener("focusin", (event) => (place.focus = event.target))
    // What is taken out of the page loses the focus too, but nobody has looked elsewhere.
    root.addEventListener("focusout", () => queueMicrotask(() => root.isConnected && !root.matches(":focus-within") && (place.focus = null)))
    return place
  }

  const mount = ({ data, parentElement, setStateValue, drawn }) => {
    // Out of the page, a call that was overtaken begins nothing, and takes nothing from where it is needed.
    if (!data || !(parentElement.isConnected || places.has(parentElement))) return undefined
    const name = keyAt(parentElement)
    const place = places.get(parentElement) ?? moved(name, parentElement) ?? begun(parentElement)
    places.set(parentElement, place)
    const { view } = place
    view.send = setStateValue
    const receive = (given) => {
      if (place.data !== data) return // there is newer data meanwhile, or nobody to see it
      place.received = data
      view.receive(given)
      drawn?.()
    }
    if (place.received) drawn?.()
    if (place.data !== data) {
      const given = read((place.data = data))
      if (given instanceof Promise) given.then(receive)
      else receive(given)
    } else if (place.received === data) view.redraw?.()
    return unlessThere(parentElement, () => {
      if (places.get(parentElement) !== place) return // another call's end has said so already
      places.delete(parentElement)
      if (place.received) view.leave?.()
      const end = () => {
        if (homeless.get(name) === place) homeless.delete(name)
        removeEventListener("pointerdown", place.press, true)
        place.data = undefined
        view.close?.()
        view.root.remove()
      }
      if (name === undefined) return end()
      homeless.set(name, place)
      const wait = (left) => {
        const glance = () => (left > 0 && location.pathname === place.page ? wait(left - GLANCE) : end())
        place.ending = setTimeout(glance, GLANCE)
      }
      wait(HOMELESS_FOR - GLANCE)
    })
  }
  return Object.assign(mount, { later: true }) // what it draws may have yet to come: it says when it has
}
