// The line to the server: frames come in, commands go out, and a lost line is taken up again.
import { unpack } from "../unpack.js";
import { backOff } from "./sums.js";

export const UNKNOWN_RUN = 4404; // as ui/live_training/watching_line.py closes the line
const SOON = 1000; // the server is there, and the page about to tell it of the run
const PATIENCE = 5; // times that it is asked before the page is reminded
const SILENCE = 15000; // a run that plays sends many frames a second: after this the line is dead without saying so,
const LONGEST = 120000; // or so slow that half a megabyte is still on its way: each time one waits twice as long

/** The WebSocket's address on the host that served this page. base: "" or "/lecture", as ui/server/serving.py has it. */
export function address(place, base, socket) {
  return `${place.protocol === "https:" ? "wss:" : "ws:"}//${place.host}${base}/${socket}`;
}

let asked = 0; // commands that this page has sent, on whichever line

export class Line {
  /** onFrame(frame) paints it; the next one comes only after that. frame.heard: which of the commands that this page has
   *  sent, counted from 1, is the last that this frame knows of; those of an earlier line count as known. onState("connecting" | "open" | "lost").
   *  onUnknown(): the server has been there for a while, and nobody has told it of the run. */
  constructor(url, { onFrame, onState, onSentence, onUnknown }) {
    Object.assign(this, { url, onFrame, onState, onSentence, onUnknown, attempt: 0, unknown: 0, silence: SILENCE, closed: false });
    this.retry = () => this.waiting && document.visibilityState === "visible" && this.open();
    window.addEventListener("online", this.retry);
    document.addEventListener("visibilitychange", this.retry);
    this.watch = setInterval(() => this.silent(), 3000);
    onState("connecting");
    this.open();
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  open() {
    clearTimeout(this.waiting);
    this.waiting = null;
    this.drop();
    this.before = asked;
    const socket = (this.socket = new WebSocket(this.url));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.attempt = 0;
      this.heard = performance.now();
      this.onState("open");
    };
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = ({ code }) => this.lost(code);
  }

  receive(data) {
    this.heard = performance.now();
    this.unknown = 0;
    if (typeof data === "string") {
      const { error } = JSON.parse(data);
      if (error) this.onSentence(error);
      return;
    }
    const frame = unpack(new Uint8Array(data)), { socket } = this;
    frame.heard += this.before;
    this.playing = frame.playing;
    // A hidden tab paints nothing, so it asks for nothing: the run goes on without it.
    this.paint = requestAnimationFrame(() => {
      try {
        this.onFrame(frame);
      } finally {
        if (socket === this.socket) this.put({ do: "ack" });
      }
    });
  }

  /** The command's number, if it went out; else 0. */
  send(command) {
    return this.put(command) ? ++asked : 0;
  }

  put(message) {
    if (!this.isOpen) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  lost(code) {
    if (this.closed || this.waiting) return;
    this.onState("lost");
    if (code === UNKNOWN_RUN && ++this.unknown % PATIENCE === 0) this.onUnknown();
    this.waiting = setTimeout(() => this.open(), code === UNKNOWN_RUN ? SOON : backOff(this.attempt++));
  }

  silent() {
    if (!this.isOpen || !this.playing || document.visibilityState !== "visible") return (this.heard = performance.now());
    if (performance.now() - this.heard > this.silence) {
      this.silence = Math.min(2 * this.silence, LONGEST);
      this.drop();
      this.lost();
    }
  }

  drop() {
    cancelAnimationFrame(this.paint);
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }

  close() {
    this.closed = true;
    clearTimeout(this.waiting);
    clearInterval(this.watch);
    window.removeEventListener("online", this.retry);
    document.removeEventListener("visibilitychange", this.retry);
    this.drop();
  }
}
