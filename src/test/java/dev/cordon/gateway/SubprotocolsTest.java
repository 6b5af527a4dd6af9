package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Encoding;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubprotocolsTest {
    private static FakeHandshake offering(String... values) {
        return new FakeHandshake().with("Sec-WebSocket-Protocol", values);
    }

    private static void assertSelects(FakeHandshake handshake, String subprotocol, Encoding encoding) {
        assertThat(Subprotocols.flaw(handshake)).isEmpty();
        assertThat(Subprotocols.selected(handshake).orElse("none")).isEqualTo(subprotocol);
        assertThat(Subprotocols.encoding(handshake)).isSameAs(encoding);
    }

    @Test
    void speaksJsonUnlessAsked() {
        assertSelects(new FakeHandshake(), "none", Encoding.JSON);
        assertSelects(offering(""), "none", Encoding.JSON);
        assertSelects(new FakeHandshake().query("a=b&format=json&x"), "none", Encoding.JSON);
    }

    @Test
    @DisplayName(
            "the first subprotocol that the client offers and Cordon speaks is selected, of one header or of several")
    void selectsTheFirstThatItSpeaks() {
        assertSelects(offering("centrifuge-protobuf"), "centrifuge-protobuf", Encoding.PROTOBUF);
        assertSelects(offering("centrifuge-json"), "centrifuge-json", Encoding.JSON);
        assertSelects(offering("a, centrifuge-json ,centrifuge-protobuf"), "centrifuge-json", Encoding.JSON);
        assertSelects(offering("a", "centrifuge-protobuf,centrifuge-json"), "centrifuge-protobuf", Encoding.PROTOBUF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"format=protobuf", "cf_protocol=protobuf", "x=1&cf_protocol=protobuf&y="})
    void speaksProtobufIfTheQueryAsks(String query) {
        assertSelects(new FakeHandshake().query(query), "none", Encoding.PROTOBUF);
    }

    @Test
    @DisplayName("the subprotocol outweighs the query: the answer names what is spoken")
    void speaksWhatTheAnswerNames() {
        assertSelects(offering("centrifuge-json").query("format=protobuf"), "centrifuge-json", Encoding.JSON);
        assertSelects(offering("centrifuge-protobuf").query("format=json"), "centrifuge-protobuf", Encoding.PROTOBUF);
    }

    @ParameterizedTest
    @CsvSource({
        "cordon, '', none of the subprotocols offered is spoken here",
        "Centrifuge-Protobuf, '', none of the subprotocols offered is spoken here",
        "'', format=xml, format and cf_protocol must be json or protobuf",
        "'', cf_protocol=, format and cf_protocol must be json or protobuf",
        "centrifuge-json, format=msgpack, format and cf_protocol must be json or protobuf"
    })
    void rejectsWhatItDoesNotSpeak(String offer, String query, String why) {
        assertThat(Subprotocols.flaw(offering(offer).query(query)))
                .hasValueSatisfying(flaw -> assertThat(flaw).startsWith(why));
    }
}
