// @ts-check
/** The commands and the script that the page offers for copying, with the reader's own values in them. */

/**
 * @typedef {{base: URL, endpoint: string, dev: boolean, to: string, text: string, user: string}} Values
 */

/** Publishes over HTTP. @param {Values} values */
export function curlSample({ base, dev, to, text }) {
  const body = shellQuote(JSON.stringify({ channel: `#${to}`, data: { text } }));
  const tokenUrl = new URL('dev/token?user=demo-publisher&groups=publisher', base);
  const token = `TOKEN=$(curl -s \\
  ${shellQuote(tokenUrl.href)} |
  cut -d'"' -f4)\n`;
  const credential = dev ? '-H "Authorization: Bearer $TOKEN"' : "-H 'X-API-Key: <your key>'";
  return `${dev ? token : ''}curl ${shellQuote(new URL('api/publish', base).href)} \\
  ${credential} \\
  -H 'Content-Type: application/json' \\
  -d ${body}`;
}

/** Receives with nothing but the browser's WebSocket; runs in the console of a page of the same origin. @param {Values} values */
export function scriptSample({ base, endpoint, dev, user }) {
  const tokenPath = `${base.pathname}dev/token?user=${encodeURIComponent(user)}`;
  const token = dev
    ? `const { token } = await (await fetch(${JSON.stringify(tokenPath)})).json();`
    : 'const token = "<a token of your own>";';
  return `${token}
const socket = new WebSocket(${JSON.stringify(endpoint)});
const send = (command) => socket.send(JSON.stringify(command));
socket.onopen = () => send({ id: 1, connect: { token } });
socket.onclose = ({ code, reason }) => console.log(code, reason);
socket.onmessage = ({ data }) => data.split("\\n").forEach((line) => {
  if (line === "{}") send({}); // answers the server's ping
  else console.log(JSON.parse(line).push?.pub ?? line);
});`;
}

/** Quotes a text as one word of a POSIX shell. @param {string} text */
export function shellQuote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The WebSocket address for the page's own address. @param {URL} base */
export function endpointOf(base) {
  const url = new URL('connection/websocket', base);
  url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
