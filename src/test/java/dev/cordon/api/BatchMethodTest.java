package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchMethodTest {
    private final ApiNode node = new ApiNode();

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"parallel\":false", ",\"parallel\":true", ",\"parallel\":null"})
    void carriesOutCommandsInOrder(String parallel) {
        Answer answer = node.call(
                "batch",
                "{\"commands\":[{\"publish\":{\"channel\":\"#42\",\"data\":1}},"
                        + "{\"broadcast\":{\"channels\":[\"#42\"],\"data\":2}},"
                        + "{\"history\":{\"channel\":\"#42\",\"limit\":-1}},"
                        + "{\"history_remove\":{\"channel\":\"#42\"}},"
                        + "{\"presence\":{\"channel\":\"#42\"}},"
                        + "{\"disconnect\":{\"user\":\"42\"}}]" + parallel + "}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer))
                .isEqualTo(
                        "{\"replies\":[{\"publish\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}},"
                                + "{\"broadcast\":{\"responses\":[{\"result\":{\"offset\":2,\"epoch\":\"e1\",\"connections\":0}}]}},"
                                + "{\"history\":{\"publications\":[{\"offset\":1,\"data\":1},{\"offset\":2,\"data\":2}],"
                                + "\"epoch\":\"e1\",\"offset\":2}},"
                                + "{\"history_remove\":{}},{\"presence\":{\"presence\":{}}},{\"disconnect\":{\"disconnected\":0}}]}");
    }

    @Test
    @DisplayName(
            "the histories of one batch may have 8 MiB in total: a history beyond that is rejected with 106, and the other commands are carried out")
    void boundsTheTotalSizeOfTheHistoriesOfABatch() {
        String data = "\"" + "x".repeat(60_000) + "\"";
        for (int i = 0; i < 16; i++) {
            node.call("publish", "{\"channel\":\"#42\",\"data\":" + data + "}");
        }
        int fit = PublishBatch.MAX_TOLD_BYTES / (16 * data.length());
        String history = "{\"history\":{\"channel\":\"#42\",\"limit\":-1}},";

        Answer answer =
                node.call("batch", "{\"commands\":[" + history.repeat(fit + 2) + "{\"ledger\":{\"user\":\"42\"}}]}");

        assertThat(text(answer).split("\"publications\"", -1)).hasSize(1 + fit);
        assertThat(text(answer).split("\\{\"error\":\\{\"code\":106,", -1)).hasSize(1 + 2);
        assertThat(text(answer)).contains("ask for this one in another request").contains("\"ledger\":{");
    }

    @ParameterizedTest
    @DisplayName("the pages of groups and the lists of connections and channels in one batch have 8 MiB in total, too")
    @ValueSource(
            strings = {
                "{\"group_list\":{\"group\":\"room\"}}",
                "{\"group_list\":{}}",
                "{\"connections\":{\"user\":\"42\"}}",
                "{\"channels\":{\"user\":\"42\"}}"
            })
    void boundsTheListsOfABatch(String list) {
        String filler = "x".repeat(100);
        node.groups.add(
                new GroupName("room"),
                IntStream.range(0, 1_000).mapToObj(i -> new UserId(filler + i)).toList());
        for (int i = 0; i < 999; i++) {
            node.groups.add(new GroupName(filler + i), List.of(new UserId("42")));
        }
        for (int i = 0; i < 3; i++) {
            Client client = node.client("42", "session-" + i);
            for (int topic = 0; topic < 30; topic++) {
                node.subscribe(client, Channel.parse("t".repeat(60) + (topic + 30 * i) + "#42"));
            }
        }

        Answer answer = node.call("batch", "{\"commands\":[" + (list + ",").repeat(999) + list + "]}");

        assertThat(text(answer)).contains("{\"error\":{\"code\":106,").contains("ask for this one in another request");
        assertThat(answer.json().length).isLessThan(PublishBatch.MAX_TOLD_BYTES + 1_000 * 200);
    }

    @Test
    @DisplayName(
            "the JSON around each message counts towards the 8 MiB, so that histories of many short messages are bounded too")
    void boundsTheHistoriesOfManyShortMessages() {
        for (int i = 0; i < 256; i++) {
            node.call("publish", "{\"channel\":\"#42\",\"data\":1}");
        }
        String history = "{\"history\":{\"channel\":\"#42\",\"limit\":-1}}";

        Answer answer = node.call("batch", "{\"commands\":[" + (history + ",").repeat(999) + history + "]}");

        assertThat(text(answer)).contains("{\"error\":{\"code\":106,");
        assertThat(answer.json().length).isLessThan(PublishBatch.MAX_TOLD_BYTES + 1_000 * 200);
    }

    @Test
    void namesTheMethodThatWasProbablyMeant() {
        assertThat(text(node.call("batch", "{\"commands\":[{\"publsh\":{}}]}")))
                .contains("a batch has no method publsh: did you mean publish?");
        assertThat(text(node.call("batch", "{\"commands\":[{\"survey\":{}}]}")))
                .contains("a batch has no method survey: it takes publish, broadcast,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|107",
                "{\"nope\":{}}|104",
                "{\"batch\":{\"commands\":[]}}|104",
                "{\"publish\":{\"channel\":\"#42\",\"data\":1},\"info\":{}}|107",
                "{\"publish\":null}|107",
                "{\"publish\":7}|107",
                "{\"publish\":{\"data\":1}}|107",
                "{\"publish\":{\"channel\":1,\"data\":1}}|107",
                "{\"history\":{\"channel\":\"#42\",\"since\":{\"offset\":1,\"epoch\":\"gone\"}}}|112",
                "{\"publish\":{\"channel\":\"#sick\",\"data\":1}}|100"
            })
    void carriesOutTheNextCommandAfterAFailedOne(String command, int code) {
        ApiNode failing = new ApiNode(log -> new FailingLog(log, "sick"));

        Answer answer = failing.call(
                "batch", "{\"commands\":[" + command + ",{\"publish\":{\"channel\":\"#43\",\"data\":1}}]}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer))
                .startsWith("{\"replies\":[{\"error\":{\"code\":" + code + ",\"message\":\"")
                .endsWith(",{\"publish\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"commands\":null}",
                "{\"commands\":{}}",
                "{\"commands\":[1]}",
                "{\"commands\":[],\"parallel\":1}",
            })
    void rejectsAMalformedBatch(String body) {
        assertThat(node.call("batch", body).status()).isEqualTo(400);
    }

    @Test
    void answersAnEmptyBatchWithNoReplies() {
        assertThat(text(node.call("batch", "{\"commands\":[]}"))).isEqualTo("{\"replies\":[]}");
    }

    @Test
    @DisplayName("F48 a batch has at most 1,000 commands")
    void acceptsABatchOfAtMost1000Commands() {
        assertThat(node.call("batch", batch(1_000, "1")).status()).isEqualTo(200);
        assertThat(node.log.stats().appended()).isEqualTo(1_000);

        Answer rejected = node.call("batch", batch(1_001, "1"));

        assertThat(rejected.status()).isEqualTo(400);
        assertThat(text(rejected)).contains("commands has more than 1000 entries");
        assertThat(node.log.stats().appended()).isEqualTo(1_000);
    }

    @Test
    void writesAllMessagesOfABatchToAConnectionInOneWrite() {
        Client laptop = node.client("42", "laptop");
        Client phone = node.client("42", "phone");

        node.call("batch", batch(100, "{\"n\":1}"));

        assertThat(laptop.written).hasSize(1);
        assertThat(phone.written).isEqualTo(laptop.written);
        assertThat(laptop.written.get(0).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 100)
                        .mapToObj(n ->
                                "{\"push\":{\"channel\":\"#42\",\"pub\":{\"offset\":" + n + ",\"data\":{\"n\":1}}}}")
                        .toList());
    }

    @Test
    void keepsAHealthyConnectionOpenWhenABatchExceedsItsQueue() {
        Client client = node.client("42", "laptop");

        node.call("batch", batch(100, "\"" + "x".repeat(60_000) + "\""));
        String channels = String.join(",", Collections.nCopies(1_000, "\"#42\""));
        String broadcast = "{\"broadcast\":{\"channels\":[" + channels + "],\"data\":1}}";
        node.call("batch", "{\"commands\":[" + broadcast + "," + broadcast + "]}");

        assertThat(client.closes).isEmpty();
        assertThat(client.written.stream().flatMap(String::lines)).hasSize(2_100);
    }

    @Test
    void deliversWhatWasPublishedBeforeAFailedCommand() {
        Client client = node.client("42", "laptop");

        node.call("batch", "{\"commands\":[{\"publish\":{\"channel\":\"#42\",\"data\":1}},{\"nope\":{}}]}");

        assertThat(client.written).hasSize(1);
    }

    private static String batch(int commands, String data) {
        return Collections.nCopies(commands, "{\"publish\":{\"channel\":\"#42\",\"data\":" + data + "}}").stream()
                .collect(Collectors.joining(",", "{\"commands\":[", "]}"));
    }

    @Test
    void countsTheCommandsThatAreRejected() {
        node.call("batch", "{\"commands\":[{\"none\":{}},{\"publish\":{\"channel\":1}},{\"none\":{}}]}");

        assertThat(node.requests.rejected(Rejected.UNKNOWN_METHOD)).isEqualTo(2);
        assertThat(node.requests.rejected(Rejected.BAD_REQUEST)).isOne();
    }
}
