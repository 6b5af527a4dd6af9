/**
* The events of a run, as reported by publishers and clients, and the verdict on it: is every acknowledged publish received by every client of
* its channel, once, in order, at its position, and by no other client? It knows nothing of how the server works.
 *
 * @typedef {{epoch: string, offset: number}} Position
 * @typedef {{type: 'message', channel: string, epoch: string, offset: number, id: string}} Receipt
 * @typedef {{type: 'resumed'} | {type: 'gap', channel: string} | Receipt} ClientEvent
 * @typedef {'loss' | 'duplicate' | 'order' | 'foreign' | 'position' | 'phantom' | 'untold'} Kind
 */
export class History {
  /** @type {Map<string, {channel: string, acknowledged: Position[], failed: boolean, unknown: boolean}>} */
  #publishes = new Map();
  /** @type {Map<string, {channels: Set<string>, events: ClientEvent[]}>} */
  #clients = new Map();

  /** Records a publish before it is sent. @param {string} id unique over the run, and in the message */
  intent(id, channel) {
    this.#publishes.set(id, { channel, acknowledged: [], failed: false, unknown: false });
  }

  /** @param {Position} position as answered; a repeated request has several answers */
  ok(id, { epoch, offset }) {
    this.#publishes.get(id).acknowledged.push({ epoch, offset });
  }

  /** Records a rejection: the message must not be received, unless another answer accepts it. */
  error(id) {
    this.#publishes.get(id).failed = true;
  }

  /** Records a publish without an answer: the message may be received or not. */
  unknown(id) {
    this.#publishes.get(id).unknown = true;
  }

  /** Adds a client, which lives from before the first publish to the end, over all its connections and pages. */
  client(name, channels) {
    this.#clients.set(name, { channels: new Set(channels), events: [] });
  }

  received(name, { channel, epoch, offset, id }) {
    this.#clients.get(name).events.push({ type: 'message', channel, epoch, offset, id });
  }

  /** Records a resume: earlier messages may come again at the same position, by which the client removes them. */
  resumed(name) {
    this.#clients.get(name).events.push({ type: 'resumed' });
  }

  /** Records a reported gap of the channel: messages that the client has not received by now do not count as lost. */
  gap(name, channel) {
    this.#clients.get(name).events.push({ type: 'gap', channel });
  }

  get acknowledged() {
    return [...this.#publishes.values()].filter(({ acknowledged }) => acknowledged.length > 0).length;
  }

  /** @returns {{kind: Kind, client?: string, id?: string, detail: string}[]} the faults, none if all is well */
  check() {
    return [...this.#answers(), ...[...this.#clients].flatMap(([name, client]) => [...this.#checkClient(name, client)])];
  }

  /** Finds requests with more than one position, however often they were repeated. */
  *#answers() {
    const taken = new Map();
    for (const [id, { channel, acknowledged }] of this.#publishes) {
      for (const answer of acknowledged) {
        const at = `${channel} ${show(answer)}`;
        if (show(answer) !== show(acknowledged[0])) {
          yield { kind: 'duplicate', id, detail: `answered ${show(acknowledged[0])}, then ${show(answer)}` };
        } else if ((taken.get(at) ?? id) !== id) {
          yield { kind: 'position', id, detail: `${at} was answered to ${taken.get(at)} too` };
        }
        taken.set(at, id);
      }
    }
  }

  *#checkClient(client, { channels, events }) {
    const seen = new Map([...channels].map((channel) => [channel, new Seen()]));
    for (const event of events) {
      if (event.type === 'resumed') {
        seen.forEach((of) => of.resume());
      } else if (event.type === 'gap') {
        seen.get(event.channel).gap = true;
      } else {
        for (const fault of this.#judge(event, seen)) {
          yield { ...fault, client, id: event.id };
        }
      }
    }
    for (const [id, { channel, acknowledged }] of this.#publishes) {
      const of = seen.get(channel);
      if (acknowledged.length > 0 && of && !of.gap && !of.ids.has(id)) {
        yield { kind: 'loss', client, id, detail: `${channel} ${show(acknowledged[0])}` };
      }
    }
  }

  *#judge(receipt, seen) {
    const publish = this.#publishes.get(receipt.id);
    const of = seen.get(receipt.channel);
    const at = `${receipt.channel} ${show(receipt)}`;
    if (!of || (publish && publish.channel !== receipt.channel)) {
      yield { kind: 'foreign', detail: publish ? `${at} is of ${publish.channel}` : at };
      return;
    }
    if (!publish || (publish.failed && !publish.unknown && publish.acknowledged.length === 0)) {
      yield { kind: 'phantom', detail: `${at} was ${publish ? 'rejected' : 'never published'}` };
      return;
    }
    if (publish.acknowledged.length > 0 && show(publish.acknowledged[0]) !== show(receipt)) {
      yield { kind: 'position', detail: `${at} was answered ${show(publish.acknowledged[0])}` };
    }
    yield* of.take(receipt, at);
  }
}

/** The messages that a client received of one channel. */
class Seen {
  ids = new Map();
  gap = false;
  #top = { epoch: '', offset: 0 };
  #past = new Set();
  #again = 0;

  resume() {
    this.#again = this.#top.offset;
  }

  *take({ id, epoch, offset }, at) {
    const before = this.ids.get(id);
    if (before === show({ epoch, offset }) && offset <= this.#again && epoch === this.#top.epoch) {
      // A replayed message: a replay may begin anywhere and goes on in order from there.
      return;
    }
    if (before !== undefined) {
      yield { kind: 'duplicate', detail: `${at} came before at ${before}` };
      return;
    }
    this.ids.set(id, show({ epoch, offset }));
    if (this.#past.has(epoch) || (epoch === this.#top.epoch && offset <= this.#top.offset)) {
      yield { kind: 'order', detail: `${at} came after ${show(this.#top)}` };
      return;
    }
    if (epoch !== this.#top.epoch && this.#top.epoch !== '' && !this.gap) {
      yield { kind: 'untold', detail: `${at} came after ${show(this.#top)} without a word` };
    }
    if (epoch !== this.#top.epoch) {
      this.#past.add(this.#top.epoch);
      this.#again = 0;
    }
    this.#top = { epoch, offset };
  }
}

function show({ epoch, offset }) {
  return `${epoch}:${offset}`;
}
