package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cordon.manager.LimitPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsSourceTest {
    @Test
    void returnsTheDefaultForAnAbsentOrBlankValue() {
        for (SettingsSource source :
                new SettingsSource[] {of("  "), FakeSettings.none().source()}) {
            assertThat(source.text("x")).isEmpty();
            assertThat(source.integer("x", 7)).isEqualTo(7);
            assertThat(source.duration("x", Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
            assertThat(source.bytes("x", 7)).isEqualTo(7);
            assertThat(source.size("x", 7)).isEqualTo(7);
            assertThat(source.list("x")).isEmpty();
            assertThat(source.address("x")).isEmpty();
            assertThat(source.choice("x", LimitPolicy.class, LimitPolicy.REJECT))
                    .isEqualTo(LimitPolicy.REJECT);
            assertThat(source.choices("x", LimitPolicy.class)).isEmpty();
        }
    }

    @Test
    void readsEachTypeOfValue() {
        assertThat(of(" text ").text("x")).contains("text");
        assertThat(of(" 42 ").integer("x", 0)).isEqualTo(42);
        assertThat(of("-1").integer("x", 0)).isEqualTo(-1);
        assertThat(of("PT1M30S").duration("x", Duration.ZERO)).isEqualTo(Duration.ofSeconds(90));
        assertThat(of("a, b ,,a,").list("x")).isEqualTo(Set.of("a", "b"));
        assertThat(of("https://id.example/jwks").address("x")).contains(URI.create("https://id.example/jwks"));
        assertThat(of("evict-oldest").choice("x", LimitPolicy.class, LimitPolicy.REJECT))
                .isEqualTo(LimitPolicy.EVICT_OLDEST);
        assertThat(of("reject, evict-oldest").choices("x", LimitPolicy.class))
                .containsExactlyInAnyOrder(LimitPolicy.REJECT, LimitPolicy.EVICT_OLDEST);
    }

    @Test
    void rejectsAnUnknownEntryOfAListAndNamesTheKnownOnes() {
        assertThatThrownBy(() -> of("reject,evict").choices("x", LimitPolicy.class))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.x is 'reject,evict' but must be a list of reject, evict-oldest");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "65536, 65536",
        "64 KiB, 65536",
        "64KiB, 65536",
        "64 kib, 65536",
        "1 MiB, 1048576",
        "1.5 MiB, 1572864",
        "2 GiB, 2147483648",
        "8 B, 8"
    })
    void readsBytes(String text, long bytes) {
        assertThat(of(text).bytes("x", -1)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KiB",
                "1 KB",
                "1 MB",
                "1 k",
                "0.5",
                "1 TiB",
                "1,5 MiB",
                "x",
                "1e999999999",
                "9223372036854775808"
            })
    void rejectsAnInvalidNumberOfBytes(String text) {
        assertThatThrownBy(() -> of(text).bytes("x", -1))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.x is '" + text + "' but must be a number of bytes such as 65536, 64 KiB or 1 MiB");
    }

    @Test
    void rejectsASizeLargerThanAnArray() {
        assertThat(of("2147483647").size("x", 0)).isEqualTo(Integer.MAX_VALUE);
        assertThatThrownBy(() -> of("2 GiB").size("x", 0))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("cordon.x is '2 GiB' but must be a number of bytes up to 2147483647");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "five", "2147483648", "1 000", "0x10"})
    void rejectsAnInvalidWholeNumber(String text) {
        assertThatThrownBy(() -> of(text).integer("x", 0))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.x is '" + text + "' but must be a whole number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "30s", "PT0S", "PT-5S", "-PT5S", "P1Y", "P3651D", "PT9999999999999H", "PT"})
    void rejectsAnInvalidDuration(String text) {
        assertThatThrownBy(() -> of(text).duration("x", Duration.ZERO))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.x is '" + text
                        + "' but must be a positive ISO 8601 duration such as PT30S or PT5M, at most 3650 days");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REJECT", "evict_oldest", "evict oldest", "no"})
    void rejectsAnUnknownChoice(String text) {
        assertThatThrownBy(() -> of(text).choice("x", LimitPolicy.class, LimitPolicy.REJECT))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.x is '" + text + "' but must be reject or evict-oldest");
    }

    @Test
    void rejectsAnInvalidAddressWithoutQuotingIt() {
        assertThatThrownBy(() -> of("https://ann:hunter2@id.example/a b").address("x"))
                .isInstanceOf(SettingException.class)
                .hasMessage("cordon.x is not an address; expected https://host/path");
    }

    @Test
    void namesTheSettingWhoseExpressionCannotBeResolved() {
        SettingsSource broken = new SettingsSource(name -> {
            throw new NoSuchElementException("${hunter2} for " + name);
        });

        assertThatThrownBy(() -> broken.text("token.hmac-secret"))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("cordon.token.hmac-secret cannot be read: NoSuchElementException")
                .hasMessageNotContaining("hunter2");
    }

    @Property
    void everyErrorIsOneLineThatNamesTheSetting(@ForAll String text) {
        SettingsSource source = of(text + "\r\nERROR forged\u2028line");

        for (Throwable thrown : new Throwable[] {
            catchThrowable(() -> source.integer("x", 0)),
            catchThrowable(() -> source.duration("x", Duration.ZERO)),
            catchThrowable(() -> source.bytes("x", 0)),
            catchThrowable(() -> source.size("x", 0)),
            catchThrowable(() -> source.address("x")),
            catchThrowable(() -> source.choice("x", Mode.class, Mode.DEV))
        }) {
            assertThat(thrown).isInstanceOf(SettingException.class).hasMessageStartingWith("cordon.x is ");
            assertThat(String.valueOf(thrown.getMessage())).doesNotContainPattern("[\\p{Cc}\\x{2028}\\x{2029}]");
        }
    }

    private static SettingsSource of(String value) {
        return new SettingsSource(name -> name.equals("cordon.x") ? Optional.of(value) : Optional.empty());
    }
}
