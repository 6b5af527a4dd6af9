// @ts-check
/** The orders page: lists and places orders by rpc, and hears of each order once it is committed. */
const customer = new URLSearchParams(location.search).get('as') ?? 'ann';
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {{id: number, item: string, state: string}} order */
function show(order) {
  const line = byId(`order-${order.id}`) ?? document.createElement('li');
  line.id = `order-${order.id}`;
  line.textContent = `${order.item}: ${order.state}`;
  byId('orders').append(line);
}

/** @param {string} text */
function tell(text) {
  byId('told').textContent = text;
}

byId('customer').textContent = customer;
const client = new globalThis.Centrifuge(new URL('../connection/websocket', location.href).href.replace(/^http/, 'ws'), {
  // In development mode. Yours asks your login service.
  getToken: async () => (await (await fetch(`../dev/token?user=${encodeURIComponent(customer)}`)).json()).token,
});
client.on('publication', ({ data }) => show(data));
client.on('connected', async () => {
  for (const order of (await client.rpc('orders.list', {})).data) {
    show(order);
  }
});
client.on('disconnected', ({ reason }) => tell(reason));
byId('place').addEventListener('submit', async (event) => {
  event.preventDefault();
  const item = /** @type {HTMLInputElement} */ (byId('item')).value;
  try {
    await client.rpc('orders.place', { item });
    tell('');
  } catch (error) {
    tell(/** @type {Error} */ (error).message);
  }
});
client.connect();
