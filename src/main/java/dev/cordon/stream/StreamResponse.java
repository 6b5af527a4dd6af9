package dev.cordon.stream;

import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.util.Map;

/** The response that a stream's frames go into. Calls do not overlap, except {@link #cut}. */
interface StreamResponse {
    /** What the body goes to. It can be asked whether it takes more (Servlet 6.0 §5.7). */
    ServletOutputStream body() throws IOException;

    /** Has a task run once the client has gone, as far as that can be noticed while nothing is written. */
    void whenGone(Runnable task);

    /** Sets the head, which goes out with the first bytes of the body. Call it once, before them. */
    void head(int status, Map<String, String> headers);

    /** Ends the response behind its last bytes. Call it once. */
    void end();

    /** Frees the socket of a client that does not read or has gone, as far as it can be reached. */
    void cut();
}
