package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.upkeep.LogLines;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictCommandsTest {
    private final CommandReader reader = new CommandReader(1_000);

    @ParameterizedTest
    @DisplayName("L8: an unknown field of a command is rejected by name, with the nearest known one")
    @CsvSource(
            delimiter = '|',
            value = {
                "'publish':{'chanel':'#a','channel':'#a','data':1}|publish has no field chanel: did you mean channel?",
                "'publish':{'channel':'#a','data':1,'tags':{'a':'b'}}|publish has no field tags: it takes channel, data",
                "'publish':{'channel':'#a','data':1},'idempotency_key':'k'|the command has no field idempotency_key: it takes id, publish",
                "'subscribe':{'channel':'t#a','recovr':true}|subscribe has no field recovr: did you mean recover?",
                "'subscribe':{'channel':'t#a','tf':{'key':'a'}}|tf is not supported in subscribe: leave it out",
                "'subscribe':{'channel':'t#a','type':4}|type is not supported in subscribe: leave it out",
                "'unsubscribe':{'channel':'t#a','x':1}|unsubscribe has no field x: it takes channel",
                "'presence':{'channel':'#a','user':'a'}|presence has no field user: it takes channel",
                "'history':{'channel':'#a','limt':3}|history has no field limt: did you mean limit?",
                "'history':{'channel':'#a','reverse':true}|reverse is not supported in history: leave it out",
                "'history':{'channel':'#a','since':{'ofset':3}}|since has no field ofset: did you mean offset?",
                "'rpc':{'method':'ack','data':{'channel':'#a','upto':3,'epoc':'e'}}|rpc ack has no field epoc: did you mean epoch?",
                "'rpc':{'methd':'ack'}|rpc has no field methd: did you mean method?",
                "'refresh':{'token':'t','ttl':3}|refresh has no field ttl: it takes token",
                "'ping':{'x':1}|ping has no field x: it takes none"
            })
    void l8_rejectsAnUnknownFieldByName(String command, String why) {
        assertThat(reader.read(("{'id':7," + command + "}").replace('\'', '"')))
                .containsExactly(new Command.Invalid(7, why));
    }

    @ParameterizedTest
    @DisplayName("L8: the extra fields that unmodified SDKs send are ignored")
    @ValueSource(
            strings = {
                "{'id':1,'connect':{'token':'t','name':'js','version':'5.8.0','headers':{'a':'b'},'data':{'any':1},'flag':1}}",
                "{'id':1,'connect':{'subs':{'#a':{'recover':true,'offset':3,'epoch':'e','flag':1}}}}",
                "{'id':1,'subscribe':{'channel':'t#a','token':'t','data':{},'positioned':true,'recoverable':true,"
                        + "'join_leave':true,'delta':'fossil','flag':1,'recover':true,'offset':3,'epoch':'e'}}",
                "{'id':1,'subscribe':{'channel':'t#a','type':0,'tf':null}}",
                "{'id':1,'history':{'channel':'#a','limit':3,'since':{'offset':3,'epoch':'e'},'reverse':false}}",
                "{'id':1,'rpc':{'method':'','data':{'any':1}}}"
            })
    void l8_ignoresWhatSdksSend(String command) {
        assertThat(reader.read(command.replace('\'', '"')))
                .singleElement()
                .isNotInstanceOf(Command.Invalid.class)
                .isNotInstanceOf(Command.Unknown.class);
    }

    @ParameterizedTest
    @DisplayName("L8: an unknown field of a connect is warned of by name, and the client is accepted")
    @CsvSource(
            delimiter = '|',
            value = {
                "'tokn':'x'|connect has no field tokn: did you mean token?",
                "'subs':{'#secret':{'ofset':3}}|subs has no field ofset: did you mean offset?"
            })
    void l8_warnsOfAConnectsUnknownField(String fields, String why) {
        JsonFields body =
                JsonFields.read(("{" + fields + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        List<String> lines = new ArrayList<>();

        Command command = ConnectReader.connect(1, body, false, lines::add);

        assertThat(command).isInstanceOf(Command.Connect.class);
        assertThat(lines).containsExactly("Ignored what a client sent: " + why);
    }

    @Test
    void l8_aMessageWithoutAReplyEndsTheConnectionInTheSameWords() {
        assertThatThrownBy(() -> reader.read("{\"send\":{\"dat\":1}}"))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessage("send has no field dat: did you mean data?");
        assertThatThrownBy(() -> reader.read("{\"send\":{\"data\":1},\"x\":1}"))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessage("the command has no field x: it takes id, send");
    }

    @Test
    void l8_doesNotRepeatANameThatNoFieldCanHave() {
        assertThat(reader.read("{\"id\":7,\"publish\":{\"channel\":\"#a\",\"data\":1,\"<b>\\u0000\":1}}"))
                .containsExactly(new Command.Invalid(7, "publish has no field of such a name: it takes channel, data"));
    }

    @Test
    @DisplayName("L8: the warning of a connect's unknown field is logged, without the client's value")
    void l8_theWarningIsLogged() throws ReflectiveOperationException {
        Class<?> fresh = new OwnClasses().loadClass(CommandReader.class.getName());
        Object readerOfItsOwn = fresh.getConstructor(int.class).newInstance(1_000);
        Method read = fresh.getMethod("read", String.class);

        List<LogRecord> lines = LogLines.of(
                ConnectReader.class,
                () -> assertThatCode(() -> read.invoke(readerOfItsOwn, "{\"id\":1,\"connect\":{\"tokn\":\"private\"}}"))
                        .doesNotThrowAnyException());

        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("Ignored what a client sent: connect has no field tokn: did you mean token?");
    }

    /** Loads the package once more, so that another test's recent warning does not suppress this one's. */
    private static final class OwnClasses extends ClassLoader {
        OwnClasses() {
            super(StrictCommandsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(CommandReader.class.getPackageName() + ".")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream code = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = code == null ? new byte[0] : code.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
