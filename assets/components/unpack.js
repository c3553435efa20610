// The browser's half of ui/packing.py.

const KINDS = { uint8: Uint8Array, float32: Float32Array };
// Address → the bytes from there, or the promise of them, for all components of the page, as long as one shows them.
const fetched = (window.fetchedArrays ??= new Map());

/** What ui.packing.pack made: length of the header, header as JSON, then the arrays that it names.
 *  A promise of it where some are yet to be fetched. Those of header.later may still be promises in it. */
export function unpack(bytes) {
  const buffer = bytes.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const coming = [];
  for (const [name, [kind, start, count, value]] of Object.entries(header.arrays)) {
    const put = (from, first) => (header[name] = new KINDS[kind](from, first, count));
    if (value !== undefined) header[name] = new KINDS[kind](count).fill(value);
    else if (typeof start === "number") put(buffer, start);
    else {
      const there = fetchedFrom(start);
      if (there instanceof Promise) {
        header[name] = there.then((bytes) => put(bytes, 0));
        if (!header.later?.includes(name)) coming.push(header[name]);
      } else put(there, 0);
    }
  }
  return coming.length ? Promise.all(coming).then(() => header) : header;
}

/** The bytes from this address, which never change, or the promise of them. */
function fetchedFrom(address) {
  const known = fetched.get(address);
  const there = known instanceof WeakRef ? known.deref() : known;
  if (there) return there;
  const promise = persistently(address).then((bytes) => {
    fetched.set(address, new WeakRef(bytes));
    return bytes;
  });
  fetched.set(address, promise);
  return promise;
}

/** Where the line breaks, or a server has begun anew and has yet to be told by the page's run, it is asked again. */
async function persistently(address) {
  for (let wait = 500; ; wait = Math.min(2 * wait, 16_000)) {
    try {
      const answer = await fetch(address);
      if (answer.ok) return await answer.arrayBuffer();
    } catch (broken) {
      if (!(broken instanceof TypeError)) throw broken;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
