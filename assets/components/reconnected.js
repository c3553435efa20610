// Asks for the page once more when the line to the server is there again.
// What a hand does while there is none Streamlit does not say, nor does it know what was on its way when the line broke;
// and of itself it asks again only where it saw a run that had not ended. A page that is asked for says all of it.

const watches = new WeakMap()

export default function ({ parentElement, setTriggerValue }) {
  const app = document.querySelector("[data-testid=stApp]")
  const watch = watches.get(parentElement) ?? { away: false }
  watch.ask = () => setTriggerValue("back", Date.now())
  if (!watches.has(parentElement) && app) {
    watches.set(parentElement, watch)
    watch.look = new MutationObserver(() => {
      const there = app.getAttribute(LINE) === "CONNECTED"
      if (there && watch.away) watch.ask()
      watch.away = !there
    })
    watch.look.observe(app, { attributeFilter: [LINE] })
  }
  return unlessThere(parentElement, () => {
    watch.look?.disconnect()
    watches.delete(parentElement)
  })
}

const LINE = "data-test-connection-state"
