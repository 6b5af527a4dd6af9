// @ts-check
/**
 * A page's client, on top of the published SDK `centrifuge`. It hands each message to the application once and in order,
 * acknowledges handled messages, and reports gaps. Optional: the SDK alone works as well.
 *
 * @typedef {{channel: string, epoch: string, offset: number, data: any}} Message
 * @typedef {{epoch: string, offset: number}} Position
 * @typedef {'idle' | 'connecting' | 'connected' | 'disconnected'} State
 *
 * @typedef {object} Events
 * @property {{state: State, code?: number, reason?: string}} state from `connecting` the SDK reconnects by itself, from `disconnected` it does not
 * @property {{channel: string, replayed: boolean}} recovered nothing is missing; `replayed` is true if missed messages follow
 * @property {Gap} gap messages may be missing; those that are still retained follow
 * @property {{message: Message, error: unknown}} failed the handler threw
 * @property {{channel?: string, error: unknown}} error of the connection, a subscription, an acknowledgement or a listener; needs no handling
 *
 * @typedef {object} Gap
 * @property {string} channel
 * @property {Position | undefined} since the position of the last handled message
 * @property {number | undefined} missed number of lost messages; undefined if the offsets started again
 * @property {number} left number of missed messages that are retained and follow
 */
import { Inbox } from './inbox.js';
import { browserStorage, keeping } from './keep.js';
import { sessionId } from './session.js';

export class CordonClient {
  /** @type {State} */
  #state = 'idle';
  /** @type {Map<string, Set<(event: any) => void>>} */
  #listeners = new Map();
  /** @type {Map<string, Inbox>} */
  #inboxes = new Map();
  /** @type {(channel: string) => Inbox} */
  #inbox;

  /**
   * @param {object} options
   * @param {any} options.Centrifuge the SDK's class
   * @param {string} options.endpoint such as `wss://example.org/connection/websocket`
   * @param {(message: Message) => unknown} options.onMessage the message is acknowledged when this function has returned, or its
   *     promise is fulfilled. If it throws, neither this message nor a later one of the channel is, and the next page gets them again
   * @param {string} [options.token]
   * @param {() => Promise<string>} [options.getToken]
   * @param {Pick<Storage, 'getItem' | 'setItem'>} [options.storage] holds the session and its positions; by default the browser's
   *     localStorage. If it is full or forbidden, no message is lost: its values live as long as the page
   * @param {string} [options.session] by default created and kept in the storage
   * @param {number} [options.ackDelay] milliseconds for which acknowledgements are collected
   * @param {object} [options.sdk] further options of the SDK
   */
  constructor({ Centrifuge, endpoint, onMessage, token, getToken, storage = browserStorage(), session, ackDelay = 100, sdk = {} }) {
    const kept = keeping(storage, (error) => this.#emit('error', { error }));
    this.session = session ?? sessionId(kept, 'browser');
    /** The SDK's client, for functions that this class lacks. */
    this.centrifuge = new Centrifuge(endpoint, {
      ...(token === undefined ? {} : { token }),
      ...(getToken === undefined ? {} : { getToken }),
      ...sdk,
      data: { session: this.session, ack: true },
    });
    this.#inbox = (channel) => {
      const known = this.#inboxes.get(channel);
      if (known) {
        return known;
      }
      const inbox = new Inbox({
        channel, storage: kept, ackDelay, onMessage, session: this.session, centrifuge: this.centrifuge, report: this.#emit,
      });
      this.#inboxes.set(channel, inbox);
      return inbox;
    };
    this.#listen();
  }

  get state() {
    return this.#state;
  }

  connect() {
    this.centrifuge.connect();
  }

  /** Subscribes to a topic of the user, such as `orders#bob`. The personal channel needs no call. @param {string} channel */
  subscribe(channel) {
    const subscription = this.centrifuge.newSubscription(channel);
    this.#follow(subscription, () => channel);
    subscription.on('error', (/** @type {any} */ { error }) => this.#emit('error', { channel, error }));
    subscription.subscribe();
  }

  /** Acknowledges the handled messages, then disconnects. */
  async close() {
    await Promise.all([...this.#inboxes.values()].map((inbox) => inbox.close()));
    this.centrifuge.disconnect();
  }

  /**
   * @template {keyof Events} T
   * @param {T} type
   * @param {(event: Events[T]) => void} listener
   * @returns {() => void} removes the listener
   */
  on(type, listener) {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** @type {<T extends keyof Events>(type: T, event: Events[T]) => void} */
  #emit = (type, event) => this.#listeners.get(type)?.forEach((listener) => {
    try {
      listener(event);
    } catch (error) {
      // An error of a listener must not lose a message.
      if (type === 'error') {
        console.error(error);
      } else {
        this.#emit('error', { error });
      }
    }
  });

  #listen() {
    for (const state of /** @type {State[]} */ (['connecting', 'connected', 'disconnected'])) {
      this.centrifuge.on(state, (/** @type {any} */ { code, reason }) => {
        this.#state = state;
        this.#emit('state', { state, code, reason });
      });
    }
    this.centrifuge.on('error', (/** @type {any} */ { error }) => this.#emit('error', { error }));
    this.#follow(this.centrifuge, (context) => context.channel);
  }

  /**
   * @param {any} source of the SDK's events
   * @param {(context: any) => string} channelOf
   */
  #follow(source, channelOf) {
    source.on('subscribed', (/** @type {any} */ context) => this.#inbox(channelOf(context)).subscribed(context));
    source.on('publication', (/** @type {any} */ context) => this.#inbox(channelOf(context)).received(context));
  }
}
