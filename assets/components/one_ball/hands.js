// Mouse, finger and keyboard on the picture of one neuron: look at a pixel, move the ball, choose a place or a label.

/** Let hands act on the view: look(row, col), move(drow, dcol), label(y), and stop() of the animation. */
function listen(view) {
  const { part } = view;
  const { frame, pixel, ball } = part;
  const share = (el, event) => {
    const box = boxOf(el);
    return [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
  };
  const cell = (v, count) => Math.min(count - 1, Math.max(0, Math.floor(v * count)));

  const look = (el, event) => view.look(...share(el, event).map((v) => cell(v, SIDE)));

  for (const el of [frame, part["frame-w"], part["frame-wx"]])
    el.onpointermove = el.onpointerdown = (event) => {
      if (!view.drag) look(el, event);
    };
  pixel.onkeydown = withArrow((step) => {
    if (step === "home") view.look(0, 0);
    else if (step === "end") view.look(SIDE - 1, SIDE - 1);
    else view.look(view.row + step[0], view.col + step[1]);
  });

  ball.onkeydown = withArrow((step) => {
    if (step === "home") view.move(0, 0);
    else if (step !== "end") view.move(view.drow + step[0], view.dcol + step[1]);
  });
  ball.onpointerdown = (event) => {
    // One finger drags; a second one beside it does nothing.
    if (event.button || (view.drag && ball.hasPointerCapture(view.drag.id))) return;
    view.flattening.stop();
    look(frame, event); // a finger cannot hover: what it takes hold of is read
    ball.setPointerCapture(event.pointerId);
    view.drag = { id: event.pointerId, y: event.clientY, x: event.clientX, drow: view.drow, dcol: view.dcol };
    ball.classList.add("held");
  };
  ball.onpointermove = (event) => {
    if (event.pointerId !== view.drag?.id) return;
    const side = boxOf(frame).width / SIDE;
    const down = (event.clientY - view.drag.y) / side, right = (event.clientX - view.drag.x) / side;
    view.move(Math.round(view.drag.drow + down), Math.round(view.drag.dcol + right));
  };
  ball.onpointerup = ball.onpointercancel = ball.onlostpointercapture = (event) => {
    if (event.pointerId !== view.drag?.id) return;
    view.drag = null;
    ball.classList.remove("held");
  };

  part["map-frame"].onclick = (event) => {
    const { rows, cols } = view.given.places, [down, right] = share(part["map-frame"], event);
    view.flattening.stop();
    view.move(rows[cell(down, rows.length)], cols[cell(right, cols.length)]);
  };

  for (const y of [0, 1]) {
    const button = part[`y${y}`];
    button.onclick = () => view.label(y);
    button.onkeydown = (event) => {
      if (!event.key.startsWith("Arrow") || isShortcut(event)) return;
      event.preventDefault();
      view.label(1 - view.y);
      part[`y${view.y}`].focus();
    };
  }
}

/** A key handler: act gets an arrow key as [rows, columns] (×8 with shift), or "home", or "end". */
function withArrow(act) {
  return (event) => {
    const far = event.shiftKey ? 8 : 1;
    const steps = { ArrowUp: [-far, 0], ArrowDown: [far, 0], ArrowLeft: [0, -far], ArrowRight: [0, far] };
    const step = steps[event.key] ?? { Home: "home", End: "end" }[event.key];
    if (!step || isShortcut(event)) return;
    event.preventDefault();
    act(step);
  };
}
