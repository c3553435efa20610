// In front of every component's scripts, as base.css is in front of its styles.

/** What a component exports: a View of its own for each place where it is mounted, told of new data, removed at the end.
 *
 *  View: constructor(host), root, receive(data), and close() where more must end than its root is taken away.
 *  view.send(name, value) tells the server. read: what makes of the data what the view receives, such as unpack. */
export function mounted(View, read = (data) => data) {
  const places = new WeakMap()
  return ({ data, parentElement, setStateValue }) => {
    if (!data) return undefined
    let place = places.get(parentElement)
    if (!place) places.set(parentElement, (place = { view: new View(parentElement), data: undefined }))
    const { view } = place
    view.send = setStateValue
    if (place.data !== data) view.receive(read((place.data = data)))
    return () => {
      view.close?.()
      view.root.remove()
      places.delete(parentElement)
    }
  }
}
