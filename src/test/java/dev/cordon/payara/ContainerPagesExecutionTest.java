package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.payara.RequestCheck.Rejection;
import dev.cordon.upkeep.LogLines;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.logging.LogRecord;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done with the heads of requests to the container's own pages, and with their tasks. */
class ContainerPagesExecutionTest {
    private static final Optional<Rejection> NO_BODY =
            Optional.of(new Rejection(413, "a request to this address has no body"));

    private final ContainerPages pages = new ContainerPages();
    private final BlockingQueue<Thread> ran = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        pages.end();
    }

    private static HttpRequestPacket head(
            String path, SocketAddress from, UnaryOperator<HttpRequestPacket.Builder> more) {
        HttpRequestPacket head = more.apply(HttpRequestPacket.builder()
                        .method("GET")
                        .uri(path)
                        .protocol("HTTP/1.1")
                        .host("gate.example"))
                .build();
        head.setConnection(new FakeConnection().from(from));
        return head;
    }

    private static HttpRequestPacket head(String path) {
        return head(path, address(1), builder -> builder);
    }

    /** One of 65,536 addresses. */
    private static InetSocketAddress address(int number) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {(byte) 198, 51, (byte) (number >> 8), (byte) number}), 4000);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a task for a request of an address that has no other; returns its thread. */
    private Thread runs(String path) throws InterruptedException {
        HttpRequestPacket head = head(path, address(60_000), builder -> builder);
        assertThat(pages.execute(head, () -> ran.add(Thread.currentThread()))).isTrue();
        return Optional.ofNullable(ran.poll(10, TimeUnit.SECONDS)).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"/health,true,false", "/metrics/x,true,true", "/openapi,true,true", "/x,false,false", "/,false,false"})
    void knowsTheContainersPagesAndFigures(String path, boolean own, boolean figures) {
        assertThat(ContainerPages.own(head(path))).isEqualTo(own);
        assertThat(ContainerPages.figures(head(path))).isEqualTo(figures);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health%zz", "/health%", "/health%4", "/%00health"})
    void leavesAPathWithABrokenEscapeToTheContainer(String path) {
        assertThat(ContainerPages.own(head(path))).isFalse();
        assertThat(ContainerPages.figures(head(path))).isFalse();
    }

    @Test
    @DisplayName("S2 health has a thread of its own, which other pages cannot occupy")
    void runsHealthOnAThreadOfItsOwn() throws InterruptedException {
        Thread health = runs("/health/live");
        Thread figures = runs("/metrics");

        assertThat(health.getName()).isEqualTo("cordon-health");
        assertThat(figures.getName()).isEqualTo("cordon-figures");
        assertThat(runs("/openapi")).isSameAs(figures);
        assertThat(health.isDaemon()).isTrue();
        assertThat(health.getContextClassLoader()).isSameAs(ClassLoader.getPlatformClassLoader());
        await().until(() -> pages.waiting() == 0);
    }

    @Test
    void itsThreadsDoNotKeepTheServerAlive() throws InterruptedException {
        Thread caller = new Thread(() -> pages.execute(head("/health"), () -> ran.add(Thread.currentThread())));
        caller.setDaemon(false);
        caller.start();

        assertThat(Optional.ofNullable(ran.poll(10, TimeUnit.SECONDS))
                        .orElseThrow()
                        .isDaemon())
                .isTrue();
        caller.join();
    }

    @Test
    void aFailedRequestIsLoggedAndTheNextRuns() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        List<LogRecord> lines = LogLines.of(ContainerPages.class, () -> {
            pages.execute(head("/health"), () -> {
                failed.countDown();
                throw new IllegalStateException("as in a test");
            });
            await().until(() -> failed.getCount() == 0 && pages.waiting() == 0);
        });

        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .isEqualTo("A request to the server's own pages failed");
        assertThat(runs("/health").getName()).isEqualTo("cordon-health");
    }

    @Test
    void rejectsRequestsOnceEnded() {
        pages.end();

        assertThat(pages.execute(head("/health"), () -> {})).isFalse();
        assertThat(pages.execute(head("/metrics"), () -> {})).isFalse();
        assertThat(pages.waiting()).isZero();
    }

    @Test
    @DisplayName("S2 no more than 1,024 requests wait for a page, of however many addresses")
    void boundsTheWaitingRequestsOfAllAddresses() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        int accepted = 0;
        for (int i = 0; i < 1100; i++) {
            HttpRequestPacket head = head("/health", address(i / ContainerPages.MAX_OF_A_PEER), builder -> builder);
            accepted += pages.execute(head, () -> awaitQuietly(release)) ? 1 : 0;
        }

        assertThat(accepted).isEqualTo(1 + 1024);
        assertThat(pages.waiting()).isEqualTo(accepted);
        assertThat(runs("/metrics").getName()).isEqualTo("cordon-figures");
        release.countDown();
        await().until(() -> pages.waiting() == 0);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("S2 clients without a known address are counted together, as this machine's")
    void countsClientsWithoutAnAddressTogether() {
        CountDownLatch release = new CountDownLatch(1);
        List<SocketAddress> unknown = List.of(
                InetSocketAddress.createUnresolved("client.example", 4000),
                new SocketAddress() {
                    private static final long serialVersionUID = 1;
                },
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000));
        List<Boolean> accepted = new ArrayList<>();
        for (int i = 0; i <= ContainerPages.MAX_OF_A_PEER; i++) {
            HttpRequestPacket head = head("/health", unknown.get(i % 3), builder -> builder);
            accepted.add(pages.execute(head, () -> awaitQuietly(release)));
        }

        assertThat(accepted).endsWith(true, false);
        assertThat(pages.waiting()).isEqualTo(ContainerPages.MAX_OF_A_PEER);
        release.countDown();
    }

    @Test
    void pagesOfTheContainerTakeNoBody() {
        BodilessPaths check = new BodilessPaths();

        assertThat(check.reject(head("/health"))).isEmpty();
        assertThat(check.reject(head("/health", address(1), builder -> builder.contentLength(0))))
                .isEmpty();
        assertThat(check.reject(head("/health", address(1), builder -> builder.contentLength(1))))
                .isEqualTo(NO_BODY);
        assertThat(check.reject(head("/metrics", address(1), builder -> builder.chunked(true))))
                .isEqualTo(NO_BODY);
        assertThat(check.reject(head("/api", address(1), builder -> builder.chunked(true))))
                .isEmpty();
    }

    private static FiguresCheck figures(String token) {
        return new FiguresCheck(new FiguresAccess(Optional.of(token)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/openapi"})
    @DisplayName("S8 figures without their token are rejected with 401, and the log says so once")
    void s8_rejectsFiguresWithoutTheirToken(String path) {
        FiguresCheck check = figures("0123456789abcdef");
        List<Optional<Rejection>> rejections = new ArrayList<>();

        List<LogRecord> lines = LogLines.of(FiguresCheck.class, () -> rejections.add(check.reject(head(path))));

        assertThat(rejections)
                .containsExactly(Optional.of(new Rejection(401, "send Authorization: Bearer <cordon.metrics.token>")));
        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .startsWith("A request for metrics was rejected: send Authorization");
    }

    @Test
    void s8_acceptsFiguresWithTheirTokenAndHealthWithout() {
        FiguresCheck check = figures("0123456789abcdef");

        assertThat(check.reject(head(
                        "/metrics", address(1), builder -> builder.header("Authorization", "Bearer 0123456789abcdef"))))
                .isEmpty();
        assertThat(check.reject(head("/health"))).isEmpty();
    }

    @Test
    @DisplayName("S8 without a token only this machine sees the figures")
    void s8_onlyThisMachineSeesFiguresWithoutAToken() {
        FiguresCheck check = new FiguresCheck(new FiguresAccess(Optional.empty()));

        assertThat(check.reject(head(
                        "/metrics", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), builder -> builder)))
                .isEmpty();
        assertThat(check.reject(head("/metrics"))).isPresent();
    }
}
