/**
 * Hooks of a back end over HTTP, in the shape of the proxy contract that back ends of Centrifugo serve: questions
 * (connect, refresh, subscribe, rpc), each a signed POST that a client waits for, and events, which are kept until the
 * back end has taken them (ADR 0033). An adapter of the port {@link dev.cordon.hook.HookPort}.
 *
 * <p>Uses hook, http, metric and protocol. Calls hold no thread while they wait; the threads of the HTTP client never
 * wait for a database.
 */
@NullMarked
package dev.cordon.hook.http;

import org.jspecify.annotations.NullMarked;
