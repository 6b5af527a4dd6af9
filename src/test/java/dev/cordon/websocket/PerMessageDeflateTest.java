package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerMessageDeflateTest {
    private static final String ACCEPTED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    @ParameterizedTest
    @DisplayName(
            "what browsers, Node.js and the conformance suite's group 13 offer is accepted, where a window allows it")
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate;client_max_window_bits=8",
                "permessage-deflate ; client_max_window_bits=\"10\"",
                "permessage-deflate; client_max_window_bits=\"1\\5\"",
                "permessage-deflate; client_no_context_takeover; client_max_window_bits",
                "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
                "x-webkit-deflate-frame, permessage-deflate",
                "foo; bar=baz; bar, , permessage-deflate",
                "\tpermessage-deflate ; server_no_context_takeover\t",
            })
    void acceptsAnOfferThatItCanMeet(String offer) {
        assertThat(PerMessageDeflate.answer(List.of(offer))).contains(ACCEPTED);
    }

    @Test
    void namesTheWindowThatTheClientAskedFor() {
        assertThat(PerMessageDeflate.answer(List.of("permessage-deflate; server_max_window_bits=15")))
                .contains(ACCEPTED + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=14",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; client_max_window_bits=-9",
                "permessage-deflate; client_max_window_bits=9999999999999999999999",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=15",
                "permessage-deflate; mux",
                "Permessage-Deflate",
                "permessage-bzip2",
                "",
            })
    void declinesAnOfferThatIsInvalidOrImpossible(String offer) {
        assertThat(PerMessageDeflate.wellFormed(List.of(offer))).isTrue();
        assertThat(PerMessageDeflate.answer(List.of(offer))).isEmpty();
    }

    @Test
    @DisplayName("of several offers the first that can be met is accepted, in one field or several")
    void takesTheFirstPossibleAlternative() {
        assertThat(PerMessageDeflate.answer(List.of("permessage-deflate; server_max_window_bits=8,"
                        + " permessage-deflate; server_no_context_takeover, permessage-deflate")))
                .contains(ACCEPTED);
        assertThat(PerMessageDeflate.answer(List.of(
                        "permessage-deflate; server_max_window_bits=9",
                        "permessage-deflate; server_max_window_bits=15",
                        "permessage-deflate")))
                .contains(ACCEPTED + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                "permessage-deflate;",
                "permessage-deflate; =1",
                "permessage-deflate; a=",
                "permessage-deflate a",
                "permessage-deflate; a=\"1",
                "permessage-deflate; a=\"\"",
                "permessage-deflate; a=\"1 2\"",
                "permessage-deflate; a=\"1\"2",
                "permessage-deflate; a=\"\\",
                "permessage-deflate=1",
                "permessage/deflate",
                "permessage-deflate, \u00e9",
            })
    void aFieldThatDoesNotFollowTheGrammarIsNoOffer(String field) {
        assertThat(PerMessageDeflate.wellFormed(List.of(field))).isFalse();
        assertThat(PerMessageDeflate.answer(List.of("permessage-deflate", field)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void noFieldIsNoOffer(int emptyFields) {
        List<String> fields = emptyFields == 0 ? List.of() : List.of(" ");

        assertThat(PerMessageDeflate.wellFormed(fields)).isTrue();
        assertThat(PerMessageDeflate.answer(fields)).isEmpty();
    }
}
