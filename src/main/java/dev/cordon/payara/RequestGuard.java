package dev.cordon.payara;

import dev.cordon.http.ErrorAnswer;
import dev.cordon.http.ReasonPhrases;
import dev.cordon.payara.RequestCheck.Rejection;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.glassfish.grizzly.WriteHandler;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.FilterChainEvent;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpEvents.ResponseCompleteEvent;
import org.glassfish.grizzly.http.HttpHeader;
import org.glassfish.grizzly.http.HttpPacket;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.HttpResponsePacket;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.jspecify.annotations.Nullable;

/**
 * A filter directly behind a listener's HTTP codec, which sees each request and each answer of all applications
 * (ADR 0013). It lets no answer of a few megabytes hold a thread until its client has read it. The unread part waits in
 * the server's queue, and the connection's next request waits for it. {@link UnreadAnswers} ends connections that read
 * too slowly.
 *
 * <p>To add a check of requests, implement {@link RequestCheck} and name it in {@link Guards#CHECKS}. The filter asks
 * each check once a request, pipelined ones too, in the order of that list. Thread-safe.
 */
final class RequestGuard extends BaseFilter {
    /** Bytes of an answer up to which its thread does not wait for the client. */
    static final int NO_WAIT = 4 * 1024 * 1024;

    /** The same bound for a body, which has a head before it. */
    static final int WRITTEN_AT_ONCE = NO_WAIT - 64 * 1024;

    /** Queue bound at which the server calls back only when no bytes wait any more. */
    private static final int ALL_READ = 1;

    /** Marks requests that were checked, because their bodies come in parts, and connections that are bounded. */
    private static final String SEEN = RequestGuard.class.getName() + ".seen";

    /** Name of the queue bound that a connection had before. */
    private static final String OWN_BOUND = RequestGuard.class.getName() + ".bound";

    private static final Rejection BUSY = new Rejection(503, "too many such requests wait: try again");

    private static final String UNNAMED = "CUSTOM";

    private final UnreadAnswers unread;
    private final ContainerPages pages;
    private final List<RequestCheck> checks;
    private volatile boolean open = true;

    RequestGuard(UnreadAnswers unread, ContainerPages pages, List<RequestCheck> checks) {
        this.unread = unread;
        this.pages = pages;
        this.checks = List.copyOf(checks);
    }

    /** Lets all requests go on unchecked from now on. */
    void end() {
        open = false;
    }

    @Override
    public NextAction handleRead(FilterChainContext context) {
        if (!open
                || !(context.getMessage() instanceof HttpContent content)
                || !(content.getHttpHeader() instanceof HttpRequestPacket request)
                || !(context.getConnection() instanceof TCPNIOConnection connection)
                || request.getAttributes().getAttribute(SEEN) != null) {
            return context.getInvokeAction();
        }
        request.getAttributes().setAttribute(SEEN, SEEN);
        if (!connection.isOpen()) {
            // The connection is closed: requests that are left on it are dropped.
            return context.getStopAction();
        }
        boolean first = FreshReads.first(connection);
        boolean read = connection.getAsyncWriteQueue().spaceInBytes() == 0;
        boolean aside = ContainerPages.own(request);
        if (first && read && !aside) {
            return look(context, connection, request);
        }
        NextAction suspended = context.getSuspendAction();
        context.suspend();
        Runnable then = () -> goOn(context, connection, request, aside);
        if (!read) {
            whenRead(context, connection, then);
        } else if (aside) {
            then.run();
        } else {
            inTurn(connection, then);
        }
        return suspended;
    }

    /**
     * Runs one of several requests that came together, after the requests of other connections that came in between.
     */
    private static void inTurn(TCPNIOConnection connection, Runnable then) {
        try {
            connection.getTransport().getWorkerThreadPool().execute(then);
        } catch (RejectedExecutionException e) {
            then.run();
        }
    }

    /** Has a request, and all behind it, wait until the client has taken the answers to those before it. */
    private static void whenRead(FilterChainContext context, TCPNIOConnection connection, Runnable then) {
        connection.setMaxAsyncWriteQueueSize(ALL_READ);
        connection.getAsyncWriteQueue().notifyWritePossible(new WriteHandler() {
            @Override
            public void onWritePossible() {
                then.run();
            }

            @Override
            public void onError(Throwable gone) {
                context.completeAndRecycle();
            }
        });
    }

    private void goOn(
            FilterChainContext context, TCPNIOConnection connection, HttpRequestPacket request, boolean aside) {
        NextAction next = look(context, connection, request);
        if (!aside || next.type() != context.getInvokeAction().type()) {
            context.resume(next);
        } else if (!pages.execute(request, () -> context.resume(next))) {
            context.resume(reject(context, request, BUSY));
        }
    }

    private NextAction look(FilterChainContext context, TCPNIOConnection connection, HttpRequestPacket request) {
        if (connection.getAsyncWriteQueue().spaceInBytes() == 0) {
            unread.read(connection);
        }
        bound(connection);
        for (RequestCheck check : checks) {
            Optional<Rejection> rejection = check.reject(request);
            if (rejection.isPresent()) {
                return reject(context, request, rejection.get());
            }
        }
        return context.getInvokeAction();
    }

    /**
     * Bounds a connection's queue and send buffer. By default, Linux takes up to 4 MB for a client that does not read,
     * and lets one connection have many answers made.
     */
    private static void bound(TCPNIOConnection connection) {
        if (connection.getAttributes().getAttribute(SEEN) != null) {
            connection.setMaxAsyncWriteQueueSize(NO_WAIT);
            return;
        }
        connection.getAttributes().setAttribute(SEEN, SEEN);
        connection.getAttributes().setAttribute(OWN_BOUND, connection.getMaxAsyncWriteQueueSize());
        connection.setMaxAsyncWriteQueueSize(NO_WAIT);
        try {
            ((SocketChannel) connection.getChannel())
                    .setOption(StandardSocketOptions.SO_SNDBUF, GrizzlyWire.SEND_BUFFER);
        } catch (IOException e) {
            // Gone already: the answer will tell.
            connection.closeSilently();
        }
    }

    /** Answers a request with a line of JSON and closes its connection. */
    static NextAction reject(FilterChainContext context, HttpRequestPacket request, Rejection why) {
        context.write(answer(context, request.getResponse(), why));
        context.getConnection().closeSilently();
        return context.getStopAction();
    }

    /** Returns the whole answer, with a line of JSON. */
    static HttpContent answer(FilterChainContext context, HttpResponsePacket response, Rejection why) {
        byte[] body = ErrorAnswer.body(why.status(), why.message());
        response.setStatus(why.status());
        response.setHeader("Server", "Cordon");
        response.setHeader("Content-Type", "application/json");
        response.setHeader("Connection", "close");
        if (why.status() == 401) {
            response.setHeader("WWW-Authenticate", "Bearer");
        } else if (why.status() == 503) {
            response.setHeader("Retry-After", "1");
        }
        response.setContentLength(body.length);
        return HttpContent.builder(response)
                .content(Buffers.wrap(context.getMemoryManager(), body))
                .last(true)
                .build();
    }

    @Override
    public NextAction handleWrite(FilterChainContext context) {
        HttpResponsePacket answer = answer(context.getMessage());
        if (answer != null && !answer.isCommitted()) {
            name(answer);
            StrictRequests.headComes(context.getConnection());
        }
        if (answer != null
                && answer.getStatus() == 101
                && context.getConnection() instanceof TCPNIOConnection connection) {
            ownBound(connection);
        }
        return context.getInvokeAction();
    }

    /** Returns the head of the answer that a message belongs to; null if it belongs to none. */
    private static @Nullable HttpResponsePacket answer(Object message) {
        if (!(message instanceof HttpPacket packet)) {
            return null;
        }
        HttpHeader header = packet.isHeader() ? (HttpHeader) packet : ((HttpContent) packet).getHttpHeader();
        return header instanceof HttpResponsePacket response ? response : null;
    }

    /** Sets the reason phrase of a status that the server does not know and calls {@code CUSTOM}. */
    private static void name(HttpResponsePacket answer) {
        if (UNNAMED.equals(answer.getHttpStatus().getReasonPhrase()) && !answer.isCustomReasonPhraseSet()) {
            answer.setReasonPhrase(ReasonPhrases.of(answer.getStatus()));
        }
    }

    /** Restores the listener's queue bound for a socket that writes through the server's streams (ADR 0001). */
    private static void ownBound(TCPNIOConnection connection) {
        if (connection.getAttributes().getAttribute(OWN_BOUND) instanceof Integer bound) {
            connection.setMaxAsyncWriteQueueSize(bound);
        }
    }

    @Override
    public NextAction handleEvent(FilterChainContext context, FilterChainEvent event) {
        if (event.type() != ResponseCompleteEvent.TYPE) {
            return context.getInvokeAction();
        }
        StrictRequests.answerEnds(context.getConnection());
        if (open
                && context.getConnection() instanceof TCPNIOConnection connection
                && connection.getAsyncWriteQueue().spaceInBytes() > 0) {
            unread.add(connection);
        }
        return context.getInvokeAction();
    }
}
