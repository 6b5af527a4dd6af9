/** The bytes on the wire, without a library. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { Bare, lasting } from './clients.js';
import { env, somebody, token, until } from './cordon.js';

/** @type {Bare} */
let publisher;
before(async () => {
  publisher = await Bare.connect(lasting, somebody('publisher'), { claims: { groups: ['publisher'] } });
});
after(() => publisher.socket.terminate());

let nextId = 1000;

/** Publishes a payload as it is written. */
async function publishRaw(user, payload) {
  const id = ++nextId;
  publisher.send(`{"id":${id},"publish":{"channel":${JSON.stringify(`#${user}`)},"data":${payload}}}`);
  const { error } = await publisher.reply(id);
  assert.equal(error, undefined, payload);
}

const PAYLOADS = [
  '{"text":"plain"}', '"\\u00fc\\ud83e\\udd8a\\/\\b\\f\\n\\r\\t\\"\\\\"', '"ü🦊 \u2028\u2029\u0085 ｆｕｌｌ"', '"\\ud800"', '"\\u0000"',
  '12345678901234567890123456789', '0.1000000000000000055511151231257827', '-0', '-0.0', '1e400', '1E-7', '1.0',
  '{"b":1,"a":2,"B":3,"":4}', '[[[[[[[[[[]]]]]]]]]]', '[]', '{}', '""', 'null', 'true', 'false', '0',
  '{ "spaced" :\t[ 1 ,2,  3 ] }', '{"data":{"data":[{"offset":1}]}}', '{"push":{"channel":"#x"}}', '{"type":"agent_started","kind":"AGENT_STARTED"}',
  '"</script><!-- <img src=x onerror=alert(1)> -->"', `"${'x'.repeat(60_000)}"`, '"2026-01-01T00:00:00Z"',
];

test('F23 F26 a payload is delivered byte for byte, live and recovered', async (t) => {
  const user = somebody('alice');
  const alice = await Bare.connect(t, user);
  const { offset, epoch } = alice.welcome.connect.subs[`#${user}`];

  for (const payload of PAYLOADS) {
    await publishRaw(user, payload);
  }
  await until(() => alice.pushes.length === PAYLOADS.length, 'alice receives all payloads');
  const again = await Bare.connect(t, user, { subs: { [`#${user}`]: { recover: true, offset, epoch } } });

  const live = alice.lines.filter((line) => line.startsWith('{"push"'));
  assert.deepEqual(live, PAYLOADS.map((payload, i) =>
    `{"push":{"channel":"#${user}","pub":{"offset":${offset + i + 1},"data":${payload}}}}`));
  const recovered = PAYLOADS.map((payload, i) => `{"offset":${offset + i + 1},"data":${payload}}`);
  assert.ok(again.frames[0].includes(`"publications":[${recovered.join(',')}]`));
});

test('F23 a line break inside a payload becomes a space: it would end the message', async (t) => {
  const user = somebody('alice');
  const alice = await Bare.connect(t, user);

  await publishRaw(user, '{\r\n  "a": [1,\n2],\n  "b": "kept\\n"\n}');
  await until(() => alice.pushes.length === 1, 'alice receives the message');

  assert.ok(alice.frames.at(-1).endsWith(',"data":{    "a": [1, 2],   "b": "kept\\n" }}}}'), alice.frames.at(-1));
});

test('F23 an echo is byte for byte, too', async (t) => {
  const alice = await Bare.connect(t, somebody('alice'));

  for (const [i, payload] of PAYLOADS.entries()) {
    alice.send(`{"id":${100 + i},"rpc":{"method":"echo","data":${payload}}}`);
    await alice.reply(100 + i);
    assert.equal(alice.frames.at(-1), `{"id":${100 + i},"rpc":{"data":${payload}}}`);
  }
});

test('F26 a payload that is not JSON is rejected and reaches no client', async (t) => {
  const user = somebody('alice');
  const alice = await Bare.connect(t, user);

  for (const payload of ['{"a":1', '{a:1}', "'x'", 'NaN', '01', '"\t"', '{"a":1,"a":2}', '[1,]', '']) {
    const hostile = await Bare.connect(t, somebody('publisher'), { claims: { groups: ['publisher'] } });
    hostile.send(`{"id":7,"publish":{"channel":"#${user}","data":${payload}}}`);
    const { code, reason } = await hostile.end();
    assert.equal(code, 3501, payload);
    assert.ok(['malformed or too deeply nested JSON', 'a field is given twice'].includes(reason.slice('bad request: '.length)), reason);
  }

  await publishRaw(user, '"fence"');
  await until(() => alice.pushes.length > 0, 'alice receives the fence');
  assert.deepEqual(alice.pushes.map(({ pub }) => pub.data), ['fence']);
});

test('a message over the limit is rejected with 107, and the connection stays open', async (t) => {
  const hostile = await Bare.connect(t, somebody('publisher'), { claims: { groups: ['publisher'] } });

  const { error } = await hostile.command({ publish: { channel: '#nobody', data: 'x'.repeat(64 * 1024) } });

  assert.equal(error.code, 107);
  assert.deepEqual((await hostile.command({ rpc: { method: 'echo', data: 1 } })).rpc, { data: 1 });
});

test('batches: several commands in one frame are answered in order, and replies share frames', async (t) => {
  const alice = await new Bare(t).opened;

  const commands = [
    { id: 1, connect: { token: token(somebody('alice')) } },
    { id: 2, rpc: { method: 'echo', data: 2 } },
    { id: 3, rpc: { method: 'nobody' } },
    { id: 4, rpc: { method: 'echo', data: 4 } },
  ];
  alice.send(`${commands.map((command) => JSON.stringify(command)).join('\n')}\n`);
  await alice.reply(4);

  assert.deepEqual(alice.messages.map(({ id }) => id), [1, 2, 3, 4]);
  assert.equal(alice.messages[2].error.code, 104);
  assert.ok(alice.frames.length < 4, `${alice.frames.length} frames for 4 replies`);
});

test('an unknown command is rejected with 104, a malformed one with 107, and the connection stays open', async (t) => {
  const alice = await Bare.connect(t, somebody('alice'));

  assert.equal((await alice.command({ teleport: {} })).error.code, 104);
  assert.equal((await alice.command({ sub_refresh: { channel: 'x' } })).error.code, 104);
  assert.equal((await alice.command({ subscribe: {} })).error.code, 107);
  assert.equal((await alice.command({ history: 'all' })).error.code, 107);
  assert.deepEqual((await alice.command({ rpc: { method: 'echo', data: 1 } })).rpc, { data: 1 });
});

for (const [what, frame, why] of /** @type {[string, string | Buffer, string][]} */ ([
  ['a command before connect', '{"id":1,"rpc":{"method":"echo","data":{}}}', 'the first command must be connect'],
  ['a publish before connect', '{"id":1,"publish":{"channel":"#x","data":{}}}', 'the first command must be connect'],
  ['no JSON', 'hello', 'expected a JSON object'],
  ['a command without id', '{"rpc":{"method":"echo","data":{}}}', 'a command without id'],
  ['a session that is no string', '{"id":1,"connect":{"data":{"session":5}}}', 'data.session must be a string'],
  ['a binary frame', Buffer.from([10, 20, 30]), 'binary frame; offer the subprotocol centrifuge-protobuf to speak Protobuf'],
])) {
  test(`F37 C3 C5 ${what} ends the connection with 3501 and says why`, async (t) => {
    const bare = await new Bare(t).opened;

    bare.send(frame);

    assert.deepEqual(await bare.end(), { code: 3501, reason: `bad request: ${why}` });
  });
}

test('F37 a client that never sends a token is closed with 3502 within seconds', async (t) => {
  const bare = await new Bare(t).opened;

  assert.deepEqual(await bare.end(9_000), {
    code: 3502,
    reason: 'stale: no connect was accepted in time; send connect with a token first',
  });
});

test('a second connect on one connection, with another token, closes it with 3501', async (t) => {
  const alice = await Bare.connect(t, somebody('alice'));

  alice.send(JSON.stringify({ id: 9, connect: { token: token(somebody('bob')) } }));

  assert.equal((await alice.end()).code, 3501);
});

test('F31 a handshake selects the first known subprotocol that is offered, and none if none is', async (t) => {
  for (const [offers, selected] of [
    ['centrifuge-protobuf', 'centrifuge-protobuf'],
    ['cordon, centrifuge-json, centrifuge-protobuf', 'centrifuge-json'],
  ]) {
    const answer = await handshake({ 'Sec-WebSocket-Protocol': offers });
    assert.equal(answer.status, 101);
    assert.equal(answer.headers['sec-websocket-protocol'], selected);
  }
  assert.equal((await handshake({ 'Sec-WebSocket-Protocol': 'cordon' })).status, 400);
  const none = await handshake({});
  assert.equal(none.status, 101);
  assert.equal(none.headers['sec-websocket-protocol'], undefined);
  assert.equal(none.headers['sec-websocket-extensions'], undefined);
});

test('/ws serves the same protocol as /connection/websocket', async (t) => {
  const alice = await Bare.connect(t, somebody('alice'), { path: 'ws' });

  assert.ok(alice.welcome.connect);
});

test("CSWSH: a handshake with a foreign Origin is rejected with 403; one with the server's own or without Origin is accepted", async () => {
  const { origin, host } = new URL(env('CORDON_URL'));

  for (const foreign of ['http://evil.example', `https://${host}`, `http://${host}.evil.example`, 'http://127.0.0.1:1', 'null', `${origin}/x`]) {
    assert.equal((await handshake({ Origin: foreign })).status, 403, foreign);
  }
  assert.equal((await handshake({ Origin: origin })).status, 101);
  assert.equal((await handshake({})).status, 101);
});

test('a handshake that violates RFC 6455 is rejected', async () => {
  for (const [headers, status] of [
    [{ 'Sec-WebSocket-Version': '12' }, 426],
    [{ 'Sec-WebSocket-Key': 'short' }, 400],
    [{ 'Sec-WebSocket-Key': undefined }, 400],
    [{ Upgrade: 'h2c' }, 426],
  ]) {
    assert.equal((await handshake(headers)).status, status, JSON.stringify(headers));
  }
});

test('a plain request is answered at once with a complete 426', async () => {
  const response = await fetch(new URL('connection/websocket', env('CORDON_URL')), { signal: AbortSignal.timeout(5_000) });

  assert.equal(response.status, 426);
  assert.equal(response.headers.get('Upgrade'), 'websocket');
  assert.equal((await response.json()).error.code, 426);
});

/** One opening handshake; the answer's status and headers. The connection is dropped. */
function handshake(headers) {
  const all = {
    Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'), ...headers,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const asked = request(new URL('connection/websocket', env('CORDON_URL')), { headers: given, agent: false });
    const answered = ({ statusCode, headers: got }, socket) => {
      resolve({ status: statusCode, headers: got });
      (socket ?? asked).destroy();
    };
    asked.on('upgrade', answered).on('response', (response) => answered(response)).on('error', reject).end();
  });
}
