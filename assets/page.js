// Streamlit's menu is one list, and its sections stand between the list and its links: for whoever hears the page those
// are no list at all. So each section is one, with its heading as its name.
new MutationObserver(() => {
  for (const section of document.querySelectorAll("[data-testid=stSidebarNavItems] > div:not([role])")) {
    section.parentElement.role = "none"
    section.role = "list"
    section.ariaLabel = section.querySelector("header p")?.textContent ?? ""
  }
}).observe(document, { childList: true, subtree: true })
