import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from './it/history.js';
import { random } from './it/random.js';

const CHANNELS = ['#a', '#b', '#c'];
const SEEDS = Array.from({ length: 50 }, (_, i) => i + 1);

/** A run without a fault, as one list of receipts a client; a test can put a fault into it. */
function run(seed) {
  const next = random(seed);
  const tops = new Map(CHANNELS.map((channel) => [channel, 0]));
  const publishes = Array.from({ length: 30 + next(30) }, (_, n) => {
    const channel = CHANNELS[next(CHANNELS.length)];
    const offset = tops.get(channel) + 1;
    tops.set(channel, offset);
    return { id: `p${n}`, channel, epoch: 'e1', offset };
  });
  const receipts = new Map(CHANNELS.map((channel) => [channel, publishes.filter((p) => p.channel === channel).map((p) => ({ ...p }))]));
  return { next, publishes, receipts };
}

function judged({ publishes, receipts }, more = () => {}) {
  const history = new History();
  CHANNELS.forEach((channel) => history.client(`client of ${channel}`, [channel]));
  publishes.forEach((p) => {
    history.intent(p.id, p.channel);
    history.ok(p.id, p);
  });
  for (const [channel, list] of receipts) {
    list.forEach((receipt) => (receipt.resumed ? history.resumed(`client of ${channel}`) : history.received(`client of ${channel}`, receipt)));
  }
  more(history);
  return history.check();
}

const kinds = (faults) => [...new Set(faults.map(({ kind }) => kind))].sort();

/** Puts a fault into one client's receipts and tells which client and message it hit. */
const FAULTS = {
  drop: ['loss', ({ next, receipts }) => {
    const list = receipts.get('#a');
    return list.splice(next(list.length), 1)[0];
  }],
  duplicate: ['duplicate', ({ next, receipts }) => {
    const list = receipts.get('#a');
    const at = next(list.length);
    list.splice(at + next(list.length - at) + 1, 0, { ...list[at] });
    return list[at];
  }],
  reorder: ['order', ({ next, receipts }) => {
    const list = receipts.get('#a');
    const at = next(list.length - 1);
    [list[at], list[at + 1]] = [list[at + 1], list[at]];
    return list[at + 1];
  }],
  foreign: ['foreign', ({ next, receipts }) => {
    const [list, other] = [receipts.get('#a'), receipts.get('#b')];
    const stray = { ...other[next(other.length)] };
    list.splice(next(list.length), 0, stray);
    return stray;
  }],
  'foreign under the own name': ['foreign', ({ next, receipts }) => {
    const [list, other] = [receipts.get('#a'), receipts.get('#b')];
    const stray = { ...other[next(other.length)], channel: '#a' };
    list.splice(next(list.length), 0, stray);
    return stray;
  }],
  'wrong epoch': ['position', ({ next, receipts }) => {
    const list = receipts.get('#a');
    const hit = list[next(list.length)];
    hit.epoch = 'e0';
    return hit;
  }],
  'wrong offset': ['position', ({ receipts }) => {
    const hit = receipts.get('#a').at(-1);
    hit.offset += 1;
    return hit;
  }],
  phantom: ['phantom', ({ next, receipts }) => {
    const list = receipts.get('#a');
    const stray = { id: 'nobody published this', channel: '#a', epoch: 'e1', offset: list.at(-1).offset + 1 };
    list.push(stray);
    return stray;
  }],
};

test('a run without a fault is judged to have none', () => {
  for (const seed of SEEDS) {
    assert.deepEqual(judged(run(seed)), [], `seed ${seed}`);
  }
});

for (const [name, [kind, inject]] of Object.entries(FAULTS)) {
  test(`a fault is found with its client and message: ${name}`, () => {
    for (const seed of SEEDS) {
      const of = run(seed);
      const hit = inject(of);
      const faults = judged(of);

      assert.ok(
        faults.some((fault) => fault.kind === kind && fault.id === hit.id && fault.client === 'client of #a'),
        `seed ${seed}: ${JSON.stringify(faults)}`,
      );
    }
  });
}

test('a message that is replayed after a resume at the same position is no duplicate', () => {
  for (const seed of SEEDS) {
    const of = run(seed);
    const list = of.receipts.get('#a');
    const at = 1 + of.next(list.length - 1);
    list.splice(at, 0, { resumed: true }, ...list.slice(of.next(at), at));

    assert.deepEqual(judged(of), [], `seed ${seed}`);
  }
});

test('a message that comes again at another position is a duplicate, even after a resume', () => {
  for (const seed of SEEDS) {
    const of = run(seed);
    const list = of.receipts.get('#a');
    const moved = { ...list[0], offset: list.at(-1).offset + 1 };
    list.push({ resumed: true }, moved);

    assert.ok(kinds(judged(of)).includes('duplicate'), `seed ${seed}`);
  }
});

test('a repeated request with two positions is a duplicate', () => {
  const of = run(1);
  const [{ id, epoch, offset }] = of.publishes;

  assert.deepEqual(judged(of, (history) => history.ok(id, { epoch, offset })), []);
  assert.deepEqual(kinds(judged(of, (history) => history.ok(id, { epoch, offset: offset + 1000 }))), ['duplicate']);
});

test('two requests with the same position are a fault', () => {
  const of = run(1);
  const [{ channel, epoch, offset }] = of.publishes;
  const faults = judged(of, (history) => {
    history.intent('late', channel);
    history.ok('late', { epoch, offset });
  });

  assert.deepEqual(kinds(faults), ['loss', 'position']);
});

test('a publish without an answer may be received or not; a rejected one must not be received', () => {
  const of = run(1);
  const at = of.receipts.get('#a').at(-1).offset + 1;
  const received = (history) => history.received('client of #a', { id: 'x', channel: '#a', epoch: 'e1', offset: at });
  const intent = (history) => history.intent('x', '#a');

  assert.deepEqual(judged(of, (h) => (intent(h), h.unknown('x'))), []);
  assert.deepEqual(judged(of, (h) => (intent(h), h.unknown('x'), received(h))), []);
  assert.deepEqual(judged(of, (h) => (intent(h), h.error('x'))), []);
  assert.deepEqual(kinds(judged(of, (h) => (intent(h), h.error('x'), received(h)))), ['phantom']);
  assert.deepEqual(judged(of, (h) => (intent(h), h.error('x'), h.unknown('x'), received(h))), []);
});

test('a reported gap is no loss; another epoch without a reported gap is a fault', () => {
  const of = run(1);
  const list = of.receipts.get('#a');
  const gone = list.splice(1, 1)[0];
  assert.deepEqual(judged(of, (history) => history.gap('client of #a', '#a')), []);

  list.splice(1, 0, gone);
  const anew = (history) => {
    history.intent('new', '#a');
    history.ok('new', { epoch: 'e2', offset: 1 });
    history.received('client of #a', { id: 'new', channel: '#a', epoch: 'e2', offset: 1 });
  };
  assert.deepEqual(kinds(judged(of, anew)), ['untold']);
  assert.deepEqual(judged(of, (history) => (history.gap('client of #a', '#a'), anew(history))), []);
});
