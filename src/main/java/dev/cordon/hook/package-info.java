/**
 * What an application may decide, answer and hear. It implements {@link dev.cordon.hook.ConnectPolicy}, {@link
 * dev.cordon.hook.RpcHandler} and {@link dev.cordon.hook.SessionListener} as CDI beans ({@link
 * dev.cordon.hook.BeanHooks}), or serves HTTP ({@code dev.cordon.hook.http}). Both are adapters of one port, {@link
 * dev.cordon.hook.HookPort}; the {@link dev.cordon.hook.HookDispatcher} in front of it bounds every call (ADR 0032).
 *
 * <p>Uses heap, metric and protocol. Adapters are called on the dispatcher's own threads, never on a thread of the
 * server and never under a lock.
 */
@NullMarked
package dev.cordon.hook;

import org.jspecify.annotations.NullMarked;
