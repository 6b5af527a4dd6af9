package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
    @Test
    void readsAnswersOneAfterTheOther() throws IOException {
        AnswerReader reader = reader(trickling("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
                + "HTTP/1.1 503\r\nretry-after:  7 \r\nCONTENT-LENGTH:1\r\n\r\nx"));

        Answer first = reader.read();
        Answer second = reader.read();

        assertThat(first.status()).isEqualTo(200);
        assertThat(text(first)).isEqualTo("{}");
        assertThat(first.keepsAlive()).isTrue();
        assertThat(first.retryAfterNanos()).isNegative();
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.retryAfterNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(7));
        assertThat(text(second)).isEqualTo("x");
    }

    @Test
    void readsChunksAndTrailers() throws IOException {
        String chunks = "3;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;

        for (InputStream in : new InputStream[] {trickling(chunked), whole(chunked)}) {
            Answer answer = new AnswerReader(in).read();

            assertThat(text(answer)).isEqualTo("abc0123456789");
            assertThat(answer.keepsAlive()).isTrue();
        }
    }

    @Test
    void skipsInterimAnswers() throws IOException {
        Answer answer = reader(whole("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"))
                .read();

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 502 Bad Gateway\r\n\r\nuntil the end",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore than it says"
            })
    void doesNotUseAConnectionAgainThatEndsOrIsOutOfStep(String answer) throws IOException {
        assertThat(reader(whole(answer)).read().keepsAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 99 OK\r\n\r\n",
                "HTTP/1.1 xyz OK\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\na",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n folded\r\n\r\na",
                "HTTP/1.1 200 OK\r\nA line without a colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf"
            })
    void rejectsWhatIsNotOneWholeAnswer(String answer) {
        assertThatThrownBy(() -> reader(whole(answer)).read()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> reader(trickling(answer)).read()).isInstanceOf(IOException.class);
    }

    @Test
    void boundsTheHead() {
        String many = "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(AnswerReader.MAX_FIELDS + 1) + "\r\n";
        String longLine = "HTTP/1.1 200 OK\r\nA: " + "b".repeat(AnswerReader.MAX_HEAD) + "\r\n\r\n";
        String longHead = "HTTP/1.1 200 OK\r\n" + ("A: " + "b".repeat(1000) + "\r\n").repeat(20) + "\r\n";

        for (String answer : new String[] {many, longLine, longHead}) {
            assertThatThrownBy(() -> reader(whole(answer)).read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("too long");
        }
    }

    private static AnswerReader reader(InputStream in) {
        return new AnswerReader(in);
    }

    private static String text(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static InputStream whole(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A byte at a time. */
    private static InputStream trickling(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)) {
            @Override
            public int read(byte[] into, int at, int count) {
                return super.read(into, at, Math.min(1, count));
            }
        };
    }
}
