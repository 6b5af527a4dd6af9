package dev.cordon.hook;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The way to an application's hooks. Only the {@link HookDispatcher} calls it: on a thread of its own that may block,
 * never under a lock, at most {@code cordon.hook.max-in-flight} calls at a time and a share of that for each user.
 *
 * <p>A call holds its place until its stage completes. Complete it as soon as nothing is held any more (no thread, no
 * socket). The client is answered at the deadline in any case. Thread-safe.
 */
public interface HookPort extends AutoCloseable {
    /** The questions beside rpc that this adapter answers. Constant: read once, at the start. */
    Set<HookCall.Kind> decides();

    /** Whether this adapter answers an rpc method. The same at every call; called for each rpc, so cheap. */
    boolean answers(String method);

    /** The events that this adapter wants. Constant: read once, at the start. */
    Set<SessionEvent.Kind> listensTo();

    /**
     * Answers a question. May block its thread, or return at once and complete the stage later on any thread.
     *
     * @return completes with the answer. A failure is one log line, and a temporary error for the client
     */
    CompletionStage<HookAnswer> call(HookCall call, CallDeadline deadline);

    /**
     * Tells an event. At most one event of a user at a time, in the order in which they happened.
     *
     * @return completes once the event is told. With an {@link UnavailableException} the event stays first of its
     *     user's and is told again, after 1 s and then at doubled times up to 30 s. With any other failure it is given
     *     up: counted and logged
     */
    CompletionStage<?> tell(SessionEvent event, CallDeadline deadline);

    /** What was found, for the block of the start, in a few words; such as {@code 1 policy, rpc orders.*}. */
    String describe();

    /** Gives up what is under way. For the end of the application. */
    @Override
    void close();
}
