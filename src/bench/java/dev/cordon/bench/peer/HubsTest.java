package dev.cordon.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both hubs, that of strings and that of bytes, do the same. */
class HubsTest {
    private static final String ANN = "{\"id\":1,\"connect\":{\"user\":\"ann\"}}";
    private static final String BOB = "{\"id\":1,\"connect\":{\"user\":\"bob\"}}";
    private static final String TO_BOB =
            "{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":{\"t\":7,\"p\":\"xxxxxxxxxx\"}}}";
    private static final String TO_ANN = "{\"id\":3,\"publish\":{\"channel\":\"#ann\",\"data\":{\"t\":8}}}";
    private static final String TO_BOTH =
            "{\"id\":4,\"broadcast\":{\"channels\":[\"#ann\",\"#bob\",\"#eve\"],\"data\":{\"t\":9}}}";
    private static final String ECHO = "{\"id\":55,\"rpc\":{\"method\":\"echo\",\"data\":{\"t\":5}}}";

    private static final String BOBS =
            "{\"push\":{\"channel\":\"#bob\",\"pub\":{\"data\":{\"t\":7,\"p\":\"xxxxxxxxxx\"}}}}";
    private static final String ANNS = "{\"push\":{\"channel\":\"#ann\",\"pub\":{\"data\":{\"t\":8}}}}";

    @Test
    void aPublishReachesItsUserAloneAndIsAnswered() {
        assertThat(both(List.of("a " + ANN, "b " + BOB, "a " + TO_BOB)))
                .containsEntry("a", List.of("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"publish\":{}}"))
                .containsEntry("b", List.of("{\"id\":1,\"connect\":{}}", BOBS));
    }

    @Test
    void aFrameOfSeveralCommandsIsCarriedOutInOrder() {
        assertThat(both(List.of("a " + ANN, "b " + BOB, "a " + TO_BOB + "\n" + TO_ANN + "\n" + ECHO)))
                .containsEntry(
                        "a",
                        List.of(
                                "{\"id\":1,\"connect\":{}}",
                                "{\"id\":2,\"publish\":{}}",
                                ANNS,
                                "{\"id\":3,\"publish\":{}}",
                                "{\"id\":55,\"rpc\":{\"data\":{\"t\":5}}}"))
                .containsEntry("b", List.of("{\"id\":1,\"connect\":{}}", BOBS));
    }

    @Test
    void aBroadcastReachesAllThatAreConnected() {
        Map<String, List<String>> got = both(List.of("a " + ANN, "b " + BOB, "b " + TO_BOTH));

        assertThat(got.get("a")).endsWith("{\"push\":{\"channel\":\"#ann\",\"pub\":{\"data\":{\"t\":9}}}}");
        assertThat(got.get("b"))
                .endsWith(
                        "{\"push\":{\"channel\":\"#bob\",\"pub\":{\"data\":{\"t\":9}}}}",
                        "{\"id\":4,\"broadcast\":{}}");
    }

    @Test
    void aSessionThatLeftGetsNothingAndItsSuccessorDoes() {
        assertThat(both(List.of("a " + ANN, "b " + ANN, "a ", "b " + TO_ANN)).get("b"))
                .contains(ANNS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 7, 8, 9, 15, 16, 17, 40})
    void findsTheFirstLineBreakWhereverItIs(int at) {
        byte[] text = ("\u000b".repeat(at) + "\n\n" + "x".repeat(9)).getBytes(StandardCharsets.US_ASCII);

        assertThat(Lines.end(ByteBuffer.wrap(text), 0, text.length)).isEqualTo(at);
        assertThat(Lines.end(ByteBuffer.wrap(text), 0, at)).isEqualTo(at);
    }

    /**
     * What each session was sent.
     *
     * @param frames a session, a blank and its frame; nothing behind the blank: it leaves
     */
    private static Map<String, List<String>> both(List<String> frames) {
        Map<String, List<String>> strings = new TreeMap<>();
        Hub<String> hub = new Hub<>((to, text) -> add(strings, to, text), (session, user) -> {});
        Recorder recorder = new Recorder();
        for (String frame : frames) {
            String session = frame.substring(0, 1);
            String text = frame.substring(2);
            if (text.isEmpty()) {
                hub.left(session);
                recorder.hub.left(session);
            } else {
                hub.frame(session, text);
                recorder.frame(session, text);
            }
        }
        assertThat(recorder.sent).isEqualTo(strings);
        return strings;
    }

    private static void add(Map<String, List<String>> sent, String to, String text) {
        sent.computeIfAbsent(to, session -> new ArrayList<>()).addAll(List.of(text.split("\n", -1)));
    }

    /** Messages as strings again. The frame does not begin where its buffer does. */
    private static final class Recorder implements ByteHub.Outgoing<String> {
        final Map<String, List<String>> sent = new TreeMap<>();
        final ByteHub<String> hub = new ByteHub<>(this);
        private String to = "";
        private StringBuilder message = new StringBuilder();
        private ByteBuffer frame = ByteBuffer.allocate(0);
        private int missing;

        void frame(String from, String text) {
            frame = StandardCharsets.US_ASCII.encode("???" + text).position(3);
            hub.frame(from, frame);
        }

        @Override
        public void begin(String session, int length) {
            to = session;
            message = new StringBuilder();
            missing = length;
        }

        @Override
        public void add(byte[] part) {
            add(new String(part, StandardCharsets.US_ASCII));
        }

        @Override
        public void add(int from, int end) {
            byte[] part = new byte[end - from];
            frame.get(from, part);
            add(part);
        }

        private void add(String part) {
            message.append(part);
            missing -= part.length();
            if (missing == 0) {
                HubsTest.add(sent, to, message.toString());
            }
        }
    }
}
