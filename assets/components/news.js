// What the live run's figure brings to the other components of its page while it trains, without a run of the page.

/** The page tells a component what to show, and when that was read: `at`, in seconds. The figure tells what the run has come
 *  to since (training/live.js). part: which of its news are for this component. onNews is called when there are newer ones. */
class News {
  constructor(part, onNews) {
    this.part = part
    this.hear = ({ detail }) => {
      if (detail.at <= this.last?.at || !detail[part]) return
      this.last = detail
      onNews()
    }
    addEventListener("run-news", this.hear)
    dispatchEvent(new Event("run-news-wanted"))
  }

  /** What to show, after what the page told: whatever was read later counts. */
  latest(told) {
    return this.last?.at > told.at ? { ...told, ...this.last[this.part] } : told
  }

  close() {
    removeEventListener("run-news", this.hear)
  }
}
