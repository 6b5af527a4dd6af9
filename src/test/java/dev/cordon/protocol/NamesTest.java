package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for users, sessions, connections and channels. */
class NamesTest {
    @ParameterizedTest
    @DisplayName("F25 F36 any sensible user id is accepted, and stays unchanged")
    @ValueSource(
            strings = {
                "1",
                "alice@example.org",
                "3f1c0a52-6e0e-4d55-9a52-0d7d2a4f0c11",
                "a:b",
                "a#b",
                "#",
                "auth0|5f7c8ec7c33c6c004bbafe82",
                "DOMAIN\\user",
                "with space",
                " ",
                "\"quoted\" <img>",
                "名前",
                "Ünï",
                "\uD83D\uDE00\uD83D\uDC69\u200D\uD83D\uDCBB"
            })
    void acceptsAnySensibleUser(String value) {
        assertThat(new UserId(value).value()).isEqualTo(value);
        assertThat(new SessionId(value).value()).isEqualTo(value);
        assertThat(Channel.parse("#" + value)).isEqualTo(Channel.personal(new UserId(value)));
        assertThat(Channel.parse("t#" + value).owner()).isEqualTo(new UserId(value));
    }

    static Stream<String> longestUsers() {
        return Stream.of("x".repeat(256), "é".repeat(128), "€".repeat(85) + "x", "\uD83D\uDE00".repeat(64));
    }

    @ParameterizedTest
    @DisplayName("F36 a user id has up to 256 UTF-8 bytes")
    @MethodSource("longestUsers")
    void acceptsUsersOf256BytesAndNotOneMore(String longest) {
        assertThat(new UserId(longest).value().getBytes(StandardCharsets.UTF_8)).hasSize(256);
        assertThatThrownBy(() -> new UserId(longest + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("user is longer than 256 bytes");
    }

    @Test
    void acceptsSessionsOf128BytesAndConnectionsOf64AndNotOneMore() {
        assertThat(new SessionId("é".repeat(64)).value()).hasSize(64);
        assertThat(new ConnectionId("x".repeat(64)).value()).hasSize(64);
        assertThatThrownBy(() -> new SessionId("é".repeat(64) + "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ConnectionId("x".repeat(65))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsEmptyNames() {
        assertThatThrownBy(() -> new UserId("")).hasMessage("user is empty");
        assertThatThrownBy(() -> new SessionId("")).hasMessage("session is empty");
        assertThatThrownBy(() -> Channel.parse("#")).hasMessage("user is empty");
        assertThatThrownBy(() -> Channel.parse("topic#")).hasMessage("user is empty");
    }

    @Property
    @Label("F36 a control character is rejected wherever it is, and never quoted")
    void rejectsControlCharacters(
            @ForAll("controls") char control, @ForAll("plain") String before, @ForAll("plain") String after) {
        String value = before + control + after;

        List<Function<String, Object>> names =
                List.of(UserId::new, SessionId::new, ConnectionId::new, v -> Channel.parse("#" + v));
        for (Function<String, Object> name : names) {
            assertThatThrownBy(() -> name.apply(value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("has a control character");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "a\uD83Db", "\uDE00", "\uDE00\uD83D"})
    void rejectsHalfASurrogatePair(String value) {
        assertThatThrownBy(() -> new UserId(value)).hasMessage("user has half a surrogate pair");
    }

    @Property
    @Label("F36 exactly the well-formed names of 1 to 256 bytes without control characters are users")
    void acceptsExactlyTheNamesOfTheRule(@ForAll("anything") String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        boolean allowed = utf8.length >= 1
                && utf8.length <= 256
                && value.chars().noneMatch(Character::isISOControl)
                && new String(utf8, StandardCharsets.UTF_8).equals(value);

        assertThat(accepted(() -> new UserId(value))).isEqualTo(allowed);
        assertThat(accepted(() -> Channel.parse("#" + value))).isEqualTo(allowed);
    }

    @Property
    void aChannelsNameParsesToTheChannel(@ForAll("topics") String topic, @ForAll("users") String user) {
        Channel channel = new Channel(topic, new UserId(user));

        assertThat(channel.name()).isEqualTo(topic + "#" + user);
        assertThat(Channel.parse(channel.name())).isEqualTo(channel);
        assertThat(channel.personal()).isEqualTo(topic.isEmpty());
    }

    @Property
    @Label("F41 names that differ are channels that differ")
    void differentNamesAreDifferentChannels(
            @ForAll("topics") String topic,
            @ForAll("users") String user,
            @ForAll("topics") String otherTopic,
            @ForAll("users") String otherUser) {
        Channel one = new Channel(topic, new UserId(user));
        Channel other = new Channel(otherTopic, new UserId(otherUser));

        assertThat(one.equals(other)).isEqualTo(topic.equals(otherTopic) && user.equals(otherUser));
        assertThat(one.name().equals(other.name())).isEqualTo(one.equals(other));
    }

    @Test
    void neverFoldsCaseOrNormalises() {
        assertThat(new UserId("Alice")).isNotEqualTo(new UserId("alice"));
        assertThat(new UserId("é")).isNotEqualTo(new UserId("e\u0301"));
        assertThat(new UserId("a")).isNotEqualTo(new UserId("a "));
        assertThat(new UserId("a")).isNotEqualTo(new UserId("\u0430"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b#x", "a/b#x", "é#x", "a\n#x", "a*#x", " #x"})
    void rejectsTopicsWithOtherCharacters(String name) {
        assertThatThrownBy(() -> Channel.parse(name)).hasMessage("topic is not [A-Za-z0-9_.:-]{0,64}");
    }

    @Test
    void acceptsTopicsOf64CharactersAndNotOneMore() {
        assertThat(Channel.parse("Az09_.:-".repeat(8) + "#x").topic()).hasSize(64);
        assertThatThrownBy(() -> Channel.parse("a".repeat(65) + "#x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "public", "news:all"})
    void rejectsAChannelWithoutAnOwner(String name) {
        assertThatThrownBy(() -> Channel.parse(name)).hasMessageStartingWith("channel has no owner");
    }

    @Test
    void splitsAtTheFirstHash() {
        assertThat(Channel.parse("#x#y").owner()).isEqualTo(new UserId("x#y"));
        assertThat(Channel.parse("t#x#y")).isEqualTo(new Channel("t", new UserId("x#y")));
    }

    @Test
    void randomConnectionIdsDoNotRepeat() {
        assertThat(Stream.generate(ConnectionId::random).limit(1_000)).doesNotHaveDuplicates();
    }

    @Test
    void positionsHaveAnEpochAndAnOffsetThatIsNotNegative() {
        assertThat(new StreamPosition("", 0).offset()).isZero();
        assertThat(new StreamPosition("e".repeat(64), Long.MAX_VALUE).epoch()).hasSize(64);
        assertThatThrownBy(() -> new StreamPosition("e", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StreamPosition("e".repeat(65), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StreamPosition("e\n", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void publicationsStartAtOffsetOne(long offset) {
        assertThatThrownBy(() -> new Publication(Channel.parse("#x"), offset, Payload.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<Character> controls() {
        return Arbitraries.oneOf(
                Arbitraries.chars().range('\0', '\u001f'), Arbitraries.chars().range('\u007f', '\u009f'));
    }

    @Provide
    Arbitrary<String> plain() {
        return Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(20);
    }

    @Provide
    Arbitrary<String> anything() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(120),
                Arbitraries.strings().withCharRange(' ', 'ÿ').ofMinLength(100).ofMaxLength(300));
    }

    @Provide
    Arbitrary<String> users() {
        return Arbitraries.strings().withChars("ab#:/é\uFFFD ").ofMinLength(1).ofMaxLength(6);
    }

    @Provide
    Arbitrary<String> topics() {
        return Arbitraries.strings().withChars("ab_.:-").ofMaxLength(4);
    }

    private static boolean accepted(Runnable make) {
        try {
            make.run();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
