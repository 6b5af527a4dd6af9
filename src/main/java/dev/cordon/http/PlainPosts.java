package dev.cordon.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers plain POSTs of authenticated senders in the container's place. Thread-safe. */
public interface PlainPosts {
    /**
     * Whether requests of this name are answered here. Their answers are short as a rule, so that the kernel takes them
     * at once.
     *
     * @param name everything after the last slash of the path
     */
    boolean takes(String name);

    /**
     * Whether the sender is authenticated. Only then may its body, which takes memory, be awaited; otherwise the
     * container answers.
     */
    boolean trusts(PlainHead head);

    /**
     * Answers one request. Returns null if the sender is not authenticated, or the request takes longer than others; then
     * the container answers.
     *
     * @param request bytes of the request, whose body begins at {@code post.head().end()}; not retained
     * @return the complete answer, with its length in the head
     */
    byte @Nullable [] answer(PlainPost post, byte[] request);

    /** Whether an answer may have to wait for something outside the process. If so, call {@link #answerLater}. */
    boolean waits();

    /**
     * Answers one request as {@link #answer} does, for an {@linkplain #trusts authenticated} sender, without making the
     * caller wait.
     *
     * @param to receives the complete answer, on this thread or another
     */
    void answerLater(PlainPost post, byte[] request, Consumer<byte[]> to);
}
