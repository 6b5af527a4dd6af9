package dev.cordon.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers plain POSTs in the container's place, from those who may send them. Thread-safe. */
public interface PlainPosts {
    /** Whether a request is answered here, by what is behind the last slash of its path: where answers are short as a rule, so that the kernel takes them at once. */
    boolean takes(String name);

    /** Whether who sends it is known: only then is its body waited for, which takes memory; else the container answers. */
    boolean trusts(PlainHead head);

    /**
     * Answers one request, whatever is in it; null when who sends it is not known, to whom the container says so.
     *
     * @param request its bytes, where the body begins at {@code post.head().end()}; not kept
     * @return the whole answer, its length told in it
     */
    byte @Nullable [] answer(PlainPost post, byte[] request);

    /** Whether an answer may have to wait for something outside of the process: then {@link #answerLater} is asked. */
    boolean waits();

    /**
     * As {@link #answer}, for a sender that is {@linkplain #trusts known}, without making the caller wait.
     *
     * @param to gets the whole answer, on this thread or another
     */
    void answerLater(PlainPost post, byte[] request, Consumer<byte[]> to);
}
