// The map of the lecture. Its links go through Python, so that the session stays; a new tab works as with any link.
export default function ({ data, parentElement, setTriggerValue }) {
  for (const picture of parentElement.querySelectorAll("[data-picture]")) {
    picture.src = data[`picture ${picture.dataset.picture}`]
  }

  // x from its top: red, green, blue of the first pixels, a gap, the last pixel.
  const cells = parentElement.querySelector(".cells")
  if (!cells.childElementCount) {
    for (const [place, value] of [...data.first, null, ...data.last].entries()) {
      const cell = document.createElement("span")
      if (value === null) {
        cell.className = "gap"
      } else {
        const channel = (place < data.first.length ? place : place - data.first.length - 1) % 3
        const colour = [0, 0, 0]
        colour[channel] = value
        cell.style.background = `rgb(${colour})`
      }
      cells.append(cell)
    }
  }

  for (const link of parentElement.querySelectorAll("a[data-page]")) {
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
      event.preventDefault()
      setTriggerValue("page", link.dataset.page)
    }
  }
}
