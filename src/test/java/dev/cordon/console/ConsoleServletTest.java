package dev.cordon.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.http.Exchanges;
import dev.cordon.http.FakeClient;
import dev.cordon.http.NeverWaiting;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleServletTest {
    private final ConsoleNode node = new ConsoleNode();
    private final FakeClient client = new FakeClient();
    private final AtomicInteger elsewhere = new AtomicInteger();
    private final ConsoleServlet servlet = new ConsoleServlet(
            node.api,
            new Exchanges(
                    new NeverWaiting(),
                    task -> {
                        elsewhere.incrementAndGet();
                        task.run();
                    },
                    System::nanoTime,
                    1_000_000));

    private void operator(String path) {
        client.path = path;
        client.headers.put("Authorization", "Bearer " + node.token("ops", "operator"));
    }

    private String answer() {
        return client.taken.toString(UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"'', 401", "user, 403"})
    @DisplayName("D1: a request without an operator's token is rejected before any byte of its body is read")
    void d1_doesNotReadTheBodyWithoutAnOperatorToken(String user, int status) throws IOException {
        if (!user.isEmpty()) {
            client.headers.put("Authorization", "Bearer " + node.token(user));
        }
        client.path = "/x";
        client.announce(2).send("{");

        servlet.service(client.request(), client.response());

        assertThat(client.status).isEqualTo(status);
        assertThat(answer()).contains("\"error\"");
        assertThat(client.read).isZero();
        assertThat(client.answerHeaders.containsKey("WWW-Authenticate")).isEqualTo(status == 401);
    }

    @Test
    @DisplayName("D1: the body of a request with a wrong HTTP method or a too large announced length is not read")
    void d1_doesNotReadTheBodyOfARequestRejectedForItsHead() throws IOException {
        operator("/drain");
        client.announce(ConsoleApi.MAX_BODY_BYTES + 1).send("{");
        servlet.service(client.request(), client.response());
        assertThat(client.status).isEqualTo(413);

        client.verb = "PUT";
        client.announce(2);
        servlet.service(client.request(), client.response());
        assertThat(client.status).isEqualTo(405);

        assertThat(client.read).isZero();
        assertThat(node.kpis.node.factory.accepting()).isTrue();
    }

    @Test
    @DisplayName("D2: no thread waits for an operator's body, and its command runs on another executor")
    void d2_awaitsAnOperatorsBodyWithoutAThread() throws IOException {
        operator("/disconnect");
        client.announce(16).send("{");

        servlet.service(client.request(), client.response());
        assertThat(client.status).isZero();
        client.send("\"user\":\"alice\"}");

        assertThat(client.status).isEqualTo(200);
        assertThat(answer()).isEqualTo("{\"disconnected\":0}");
        assertThat(client.answerHeaders).containsEntry("Cache-Control", "no-store");
        assertThat(elsewhere).hasValue(2);
    }

    @Test
    @DisplayName("D1: a body of exactly the longest length is read and obeyed")
    void d1_obeysABodyOfTheLongestLength() throws IOException {
        operator("/disconnect");
        String order = "{\"user\":\"alice\"";
        client.announce(ConsoleApi.MAX_BODY_BYTES)
                .send(order + " ".repeat(ConsoleApi.MAX_BODY_BYTES - order.length() - 1) + "}");

        servlet.service(client.request(), client.response());

        assertThat(client.status).isEqualTo(200);
        assertThat(answer()).isEqualTo("{\"disconnected\":0}");
    }

    @Test
    void readsAChunkedBodyOnlyUpToTheBound() throws IOException {
        operator("/disconnect");
        client.headers.put("Transfer-Encoding", "chunked");

        servlet.service(client.request(), client.response());
        client.send(" ".repeat(2 * ConsoleApi.MAX_BODY_BYTES));

        assertThat(client.status).isEqualTo(413);
        assertThat(client.read).isEqualTo(ConsoleApi.MAX_BODY_BYTES + 1);
    }

    @Test
    @DisplayName("D1: the user to look up is read from the query string, never from a form in the body")
    void d1_readsTheUserFromTheQueryString() throws IOException {
        operator("/user");
        client.verb = "GET";
        client.query = Optional.of("user=al%69ce");

        servlet.service(client.request(), client.response());

        assertThat(client.status).isEqualTo(200);
        assertThat(answer()).contains("\"user\":\"alice\"");
    }
}
