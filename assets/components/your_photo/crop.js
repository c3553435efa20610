// A photo with a square frame to drag and zoom, and beside it the 64 × 64 pixels inside the frame.
// The server hears {of, x, y, zoom} when the hand stops; its exact pixels then replace the ones drawn here.

const PAUSE = 250; // milliseconds without a movement after which the hand has stopped

class Crop {
  constructor(host) {
    const { root, show, end, hasten } = build(host, (place) => this.send("crop", place));
    Object.assign(this, { root, receive: show, close: end, hasten });
  }
}

export function build(parent, send) {
  const root = make("div", "crop");
  parent.append(root);
  root.innerHTML = `
      <div class="stage">
        <img alt="" draggable="false">
        <div class="frame" tabindex="0" role="group" aria-roledescription="movable square frame"><i></i></div>
      </div>
      <figure class="seen">
        <canvas width="64" height="64" role="img" aria-label="The 64 × 64 pixels inside the frame"></canvas>
        <figcaption></figcaption>
      </figure>
      <div class="tools">
        <label>Zoom <input type="range" step="0.01" min="1" aria-label="Zoom"><span class="now"></span></label>
        <div class="places">
          <button type="button" data-to="whole">Largest frame</button>
          <button type="button" data-to="look" title="Move the frame to where the network on patches sees a ball most">Frame the ball</button>
        </div>
        <p class="hint by-finger">Drag the frame, or tap where its middle should be. Zoom with the slider or with two fingers on the frame.</p>
        <p class="hint by-keys">Drag the frame. Zoom with the slider, with two fingers, or with + and − when the frame has the focus; the arrow keys move it.</p>
      </div>
      <p class="unseen" aria-live="polite"></p>`;
  const find = (selector) => root.querySelector(selector);
  const [stage, picture, frame, canvas] = [".stage", "img", ".frame", "canvas"].map(find);
  const [caption, now, whole, closest, said] = ["figcaption", ".now", "[data-to=whole]", "[data-to=look]", ".unseen"].map(find);
  const range = slider(find("input"));
  const pen = canvas.getContext("2d");
  const at = { of: null, x: 0.5, y: 0.5, zoom: 1 };
  const fingers = new Map();
  let [sent, exact, photo, most, url, timer, drawing] = [null, null, null, 8, null, 0, 0];
  let look = null; // the frame of the closest look, of the photo as the server knows it
  let led = null; // where the button has led: in there a closer look would be one at a part of the ball
  let [link, untold] = [null, false]; // what the link said last; whether the server has yet to hear of the hand

  function show(given) {
    most = given.most;
    range.max = most;
    look = given.look;
    if (!given.link) untold = false;
    const linked = given.link && String(given.link) !== link && !fingers.size && !timer && !untold;
    link = String(given.link);
    if (given.of !== at.of) {
      if (timer) tell(); // a hand that goes on to another photo has moved this one's frame
      untold = false;
      Object.assign(at, { of: given.of, x: given.x, y: given.y, zoom: given.zoom });
      sent = same();
      photo = null;
      rest();
      if (url) URL.revokeObjectURL(url);
      url = URL.createObjectURL(new Blob([given.picture], { type: given.type }));
      picture.onload = () => {
        photo = pixelsOf(picture);
        // A photo of so few pixels is shown as they are; smoothed, it would look out of focus.
        picture.style.imageRendering = picture.naturalWidth > 128 ? "" : "pixelated";
        draw();
      };
      picture.src = url;
      picture.alt = given.alt;
      stage.style.setProperty("--ratio", given.ratio);
      frame.setAttribute("aria-label", `The part that the neurons see of ${given.alt}`);
    } else if (linked) {
      Object.assign(at, { x: given.x, y: given.y, zoom: given.zoom });
      sent = same();
    }
    exact = { key: [given.of, given.x, given.y, given.zoom].join(), pixels: given.exact };
    draw();
  }

  const same = () => [at.of, at.x, at.y, at.zoom].join();
  const ratio = () => Number(stage.style.getPropertyValue("--ratio"));

  function draw() {
    const box = frameOf(ratio(), 1, at.x, at.y, at.zoom);
    frame.style.left = `${(100 * box.left) / ratio()}%`;
    frame.style.top = `${100 * box.top}%`;
    frame.style.width = `${(100 * box.side) / ratio()}%`;
    frame.style.height = `${100 * box.side}%`;
    // A finger on a frame that cannot move up and down scrolls the page.
    frame.style.touchAction = box.side > 0.999 ? "pan-y" : "none";
    range.value = at.zoom;
    now.textContent = `${at.zoom.toFixed(1)} ×`;
    range.setAttribute("aria-valuetext", now.textContent);
    whole.disabled = at.zoom === 1 && at.x === 0.5 && at.y === 0.5;
    closest.disabled = !look || same() === led;
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(preview);
  }

  function preview() {
    if (exact.key === same()) {
      paintPhoto(canvas, exact.pixels);
      caption.textContent = "the 64 × 64 pixels that the neurons see";
    } else if (photo) {
      const { data, width, height } = photo;
      const box = frameOf(width, height, at.x, at.y, at.zoom);
      pen.putImageData(new ImageData(areaAverage(data, width, height, box), 64, 64), 0, 0);
      caption.textContent = "64 × 64 pixels, on the move …";
    }
  }

  /** Go to a place, as far as the photo's edges allow, and tell the server after a pause. */
  function move(x, y, zoom, pause = PAUSE) {
    at.zoom = round(Math.min(Math.max(zoom, 1), most));
    const box = frameOf(ratio(), 1, x, y, at.zoom);
    at.x = round((box.left + box.side / 2) / ratio());
    at.y = round(box.top + box.side / 2);
    draw();
    rest();
    if (fingers.size === 0) timer = setTimeout(tell, pause);
  }

  function rest() {
    clearTimeout(timer);
    timer = 0;
  }

  function tell() {
    rest();
    if (sent === same()) return;
    sent = same();
    untold = true;
    send({ ...at, when: Date.now() }); // the same place again is news after Back
    said.textContent = `Centre ${Math.round(100 * at.x)}\u202f% from the left, ${Math.round(100 * at.y)}\u202f% from the top, zoom ${at.zoom.toFixed(1)}.`;
  }

  frame.onpointerdown = (event) => {
    if (event.button > 0) return;
    frame.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    frame.classList.add("held");
  };
  frame.onpointermove = (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const [x, y] = [event.clientX - finger.x, event.clientY - finger.y];
    const apart = spread();
    Object.assign(finger, { x: event.clientX, y: event.clientY });
    const { width, height } = stage.getBoundingClientRect();
    const share = 1 / fingers.size; // two fingers that go the same way move the frame once
    move(at.x + (share * x) / width, at.y + (share * y) / height, at.zoom * (apart ? spread() / apart : 1));
  };
  frame.onpointerup = frame.onpointercancel = (event) => {
    if (!fingers.delete(event.pointerId) || fingers.size) return;
    frame.classList.remove("held");
    tell();
  };
  const spread = () => {
    const [a, b] = fingers.values();
    return b ? Math.hypot(a.x - b.x, a.y - b.y) || 1 : 0;
  };

  // A click beside the frame brings it there.
  stage.onclick = (event) => {
    if (event.target === frame || frame.contains(event.target)) return;
    const { left, top, width, height } = stage.getBoundingClientRect();
    move((event.clientX - left) / width, (event.clientY - top) / height, at.zoom);
  };
  stage.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !frame.matches(":focus")) return;
      event.preventDefault();
      move(at.x, at.y, at.zoom * Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 500)));
    },
    { passive: false },
  );
  frame.onkeydown = (event) => {
    const step = event.shiftKey ? 0.1 : 0.02;
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    const grow = { "+": 1.1, "=": 1.1, "-": 1 / 1.1, "−": 1 / 1.1 }[event.key];
    if ((!dx && !dy && !grow) || isShortcut(event)) return;
    event.preventDefault();
    move(at.x + dx * step * Math.min(1, 1 / ratio()), at.y + dy * step * Math.min(1, ratio()), at.zoom * (grow ?? 1), 400);
  };
  range.oninput = () => move(at.x, at.y, Number(range.value));
  whole.onclick = () => move(0.5, 0.5, 1, 0);
  closest.onclick = () => {
    if (!look) return;
    move(...look, 0);
    led = same();
    draw();
  };

  function end() {
    clearTimeout(timer);
    cancelAnimationFrame(drawing);
    if (url) URL.revokeObjectURL(url);
  }

  return { root, show, end, hasten: () => timer && tell() };
}

const round = (value) => Math.round(1000 * value) / 1000;

function pixelsOf(picture) {
  const canvas = make("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

export default mounted(Crop, unpack);
