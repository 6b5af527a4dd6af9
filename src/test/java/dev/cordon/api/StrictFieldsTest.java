package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.json.JsonFields;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictFieldsTest {
    private final ApiNode node = new ApiNode();

    @ParameterizedTest
    @DisplayName("L8: an unknown field of a request is rejected by name, with the nearest known one")
    @CsvSource(
            delimiter = '|',
            value = {
                "publish|'channel':'#42','data':1,'delta':true|delta is not supported in publish: leave it out",
                "publish|'channel':'#42','data':1,'version':7|version is not supported in publish: leave it out",
                "publish|'channel':'#42','data':1,'b64data':'AA=='|give data, or b64data, and not both",
                "publish|'channel':'#42','b64data':'A'|b64data is not base64 (RFC 4648, section 4)",
                "publish|'channel':'#42','b64data':1|b64data must be a string",
                "publish|'channel':'#42','b64data':''|data is missing",
                "publish|'channel':'#42','data':1,'tags':['a']|tags must be an object",
                "publish|'channel':'#42','data':1,'tags':{'a':1}|tags must hold strings",
                "publish|'channel':'#42','data':1,'idempotencykey':'k'|publish has no field idempotencykey: did you mean idempotency_key?",
                "broadcast|'channels':['#42'],'data':1,'tags':{'a':1}|tags must hold strings",
                "broadcast|'channels':['#42'],'data':1,'channel':'#42'|broadcast has no field channel: did you mean channels?",
                "presence|'channel':'#42','chanel':''|presence has no field chanel: did you mean channel?",
                "history|'channel':'#42','reverse':true|reverse is not supported in history: leave it out",
                "history|'channel':'#42','since':{'offset':1,'epoc':'e1'}|since has no field epoc: did you mean epoch?",
                "history_remove|'channel':'#42','all':true|history_remove has no field all: it takes channel",
                "ledger|'user':'42','channel':'#42'|ledger has no field channel: it takes user",
                "disconnect|'user':'42','whitelist':['a']|whitelist is not supported in disconnect: leave it out",
                "disconnect|'user':'42','disconnect':{'cod':3501}|disconnect has no field cod: did you mean code?",
                "info|'verbose':true|info has no field verbose: it takes none",
                "batch|'commands':[],'comands':[]|batch has no field comands: did you mean commands?"
            })
    void l8_rejectsAnUnknownFieldByName(String method, String fields, String why) {
        Answer answer = node.call(method, "{" + fields.replace('\'', '"') + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).isEqualTo("{\"error\":{\"code\":107,\"message\":\"" + why + "\"}}");
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    void l8_rejectsAnUnknownFieldInABatchWithTheSameMessage() {
        Answer answer = node.call(
                "batch",
                "{\"commands\":[{\"publish\":{\"channel\":\"#42\",\"data\":1,\"idempotencyKey\":\"k\"}},"
                        + "{\"publish\":{\"channel\":\"#42\",\"data\":1}}]}");

        assertThat(text(answer))
                .contains("publish has no field idempotencyKey: did you mean idempotency_key?")
                .contains("\"offset\":1");
    }

    @ParameterizedTest
    @DisplayName("L8: unsupported fields are accepted with the empty values that server libraries always send")
    @CsvSource(
            delimiter = '|',
            value = {
                "publish|'channel':'#42','data':1,'skip_history':false",
                "publish|'channel':'#42','data':1,'skip_history':null,'tags':{},'delta':false,'version':0,'version_epoch':''",
                "broadcast|'channels':['#42'],'data':1,'skip_history':false,'tags':null,'b64data':''",
                "history|'channel':'#42','limit':0,'reverse':false,'since':null",
                "disconnect|'user':'42','client':'','session':'','whitelist':[],'disconnect':null",
                "batch|'commands':[],'parallel':true",
                "info|"
            })
    void l8_acceptsTheEmptyFieldsOfServerLibraries(String method, String fields) {
        Answer answer = node.call(method, "{" + (fields == null ? "" : fields.replace('\'', '"')) + "}");

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void l8_tableListsTheFieldsOfEachMethod() {
        Set<String> methods = node.api.methods();

        assertThat(ApiFields.BY_METHOD.keySet()).isEqualTo(methods);
    }

    @Test
    @DisplayName("L8: a method that is missing in the table of fields accepts no field")
    void l8_methodMissingInTheTableAcceptsNoField() {
        assertThatThrownBy(() -> ApiFields.of("new").check(JsonFields.read("{\"commands\":[]}".getBytes(UTF_8))))
                .hasMessage("this method has no field commands: it takes none");
    }
}
