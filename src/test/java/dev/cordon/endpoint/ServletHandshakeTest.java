package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A handshake as the container has parsed it. */
class ServletHandshakeTest {
    @Test
    void hasABodyIfTheHeadSaysSo() {
        assertThat(hasBody(new FakeRequest())).isFalse();
        assertThat(hasBody(new FakeRequest().header("Content-Length", "0"))).isFalse();
        assertThat(hasBody(new FakeRequest().header("Content-Length", "5"))).isTrue();
        assertThat(hasBody(new FakeRequest().header("Transfer-Encoding", "chunked")))
                .isTrue();
    }

    @Test
    void hasAllValuesOfAHeaderInTheirOrder() {
        ServletHandshake handshake = new ServletHandshake(
                new FakeRequest().header("Connection", "b", "a").request());

        assertThat(handshake.header("connection")).containsExactly("b", "a");
        assertThat(handshake.header("Origin")).isEmpty();
    }

    private static boolean hasBody(FakeRequest request) {
        return new ServletHandshake(request.request()).hasBody();
    }
}
