package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Cuts;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpEvents;
import org.glassfish.grizzly.http.HttpEvents.ResponseCompleteEvent;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.HttpResponsePacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the guard behind the codec does with each request and answer of one connection. */
class RequestGuardTest {
    private final UnreadAnswers unread = new UnreadAnswers(1_000_000, new Cuts());
    private final ContainerPages pages = new ContainerPages();
    private final AtomicInteger checked = new AtomicInteger();
    private final RequestGuard guard = new RequestGuard(unread, pages, List.of(head -> {
        checked.incrementAndGet();
        return Optional.empty();
    }));
    private final FakeConnection connection = new FakeConnection();
    private final FilterChainContext context = FilterChainContext.create(connection);

    @AfterEach
    void end() {
        pages.end();
    }

    private HttpRequestPacket request() {
        HttpRequestPacket head = HttpRequestPacket.builder()
                .method("GET")
                .uri("/page")
                .protocol("HTTP/1.1")
                .host("gate.example")
                .build();
        head.setConnection(connection);
        return head;
    }

    private NextAction reads(Object message) {
        context.setMessage(message);
        return guard.handleRead(context);
    }

    private int invoke() {
        return context.getInvokeAction().type();
    }

    /** Reads a request that is the first of the bytes that arrived. */
    private NextAction readsFirst(HttpRequestPacket head) {
        new FreshReads().handleRead(context);
        return reads(HttpContent.builder(head).build());
    }

    @Test
    @DisplayName("S2 with its first request a connection's queue and send buffer are bounded")
    void boundsAConnectionWithItsFirstRequest() throws IOException {
        assertThat(readsFirst(request()).type()).isEqualTo(invoke());

        assertThat(checked).hasValue(1);
        assertThat(connection.getMaxAsyncWriteQueueSize()).isEqualTo(RequestGuard.NO_WAIT);
        try (SocketChannel other = SocketChannel.open()) {
            other.setOption(StandardSocketOptions.SO_SNDBUF, GrizzlyWire.SEND_BUFFER);
            assertThat(((SocketChannel) connection.getChannel()).getOption(StandardSocketOptions.SO_SNDBUF))
                    .isEqualTo(other.getOption(StandardSocketOptions.SO_SNDBUF));
        }
    }

    @Test
    void boundsTheQueueAgainWithEachRequest() {
        readsFirst(request());
        connection.setMaxAsyncWriteQueueSize(1);

        readsFirst(request());

        assertThat(connection.getMaxAsyncWriteQueueSize()).isEqualTo(RequestGuard.NO_WAIT);
        assertThat(checked).hasValue(2);
    }

    @Test
    void checksARequestOnceHoweverManyPartsItHas() {
        HttpRequestPacket head = request();
        readsFirst(head);

        assertThat(readsFirst(head).type()).isEqualTo(invoke());

        assertThat(checked).hasValue(1);
    }

    @Test
    void passesOtherMessagesOn() {
        assertThat(reads("no content").type()).isEqualTo(invoke());
        assertThat(checked).hasValue(0);
    }

    @Test
    void dropsRequestsThatAreLeftOnAClosedConnection() {
        connection.leave();

        assertThat(readsFirst(request()).type())
                .isEqualTo(context.getStopAction().type());
        assertThat(checked).hasValue(0);
    }

    @Test
    void closesAConnectionThatIsGoneAlready() throws IOException {
        connection.leaveUnnoticed();

        readsFirst(request());

        assertThat(connection.ends).containsExactly("close");
    }

    @Test
    void letsAllGoOnOnceEnded() {
        guard.end();

        assertThat(readsFirst(request()).type()).isEqualTo(invoke());
        assertThat(checked).hasValue(0);
    }

    private HttpResponsePacket writes(int status) {
        HttpResponsePacket answer =
                HttpResponsePacket.builder(request()).status(status).build();
        context.setMessage(answer);
        assertThat(guard.handleWrite(context).type()).isEqualTo(invoke());
        return answer;
    }

    @Test
    @DisplayName("C6 a status that the server does not know gets its phrase, others keep theirs")
    void namesStatuses() {
        assertThat(writes(429).getReasonPhrase()).isEqualTo("Too Many Requests");
        assertThat(writes(404).getReasonPhrase()).isEqualTo("Not Found");
    }

    @Test
    void leavesOtherWritesUnchanged() {
        context.setMessage("no answer");

        assertThat(guard.handleWrite(context).type()).isEqualTo(invoke());
    }

    @Test
    @DisplayName("a socket of the server's own streams has its bound back with the 101, another answer keeps it")
    void restoresTheBoundOfASocket() {
        connection.setMaxAsyncWriteQueueSize(12_345);
        readsFirst(request());

        writes(200);
        assertThat(connection.getMaxAsyncWriteQueueSize()).isEqualTo(RequestGuard.NO_WAIT);
        writes(101);
        assertThat(connection.getMaxAsyncWriteQueueSize()).isEqualTo(12_345);
    }

    @Test
    @DisplayName("S2 an answer whose bytes wait when it ends is watched, unless the application has ended")
    void watchesAnswersThatWait() {
        connection.waiting(1000);
        guard.handleEvent(context, HttpEvents.createOutgoingUpgradeEvent(request()));
        assertThat(unread.bytes()).as("another event").isZero();

        assertThat(guard.handleEvent(context, new ResponseCompleteEvent()).type())
                .isEqualTo(invoke());
        assertThat(unread.bytes()).isEqualTo(1000);

        unread.read(connection);
        guard.end();
        guard.handleEvent(context, new ResponseCompleteEvent());
        assertThat(unread.bytes()).isZero();
    }
}
