package dev.cordon.config;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/**
 * A reader of single settings. A value that cannot be read ends in one line that names the setting, the value and what
 * was expected.
 */
final class SettingsSource {
    private static final Map<String, Long> UNITS =
            Map.of("", 1L, "B", 1L, "KIB", 1024L, "MIB", 1024L * 1024, "GIB", 1024L * 1024 * 1024);

    /** Longest duration of a setting: more than any needs, far less than a long of nanoseconds holds. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final Function<String, Optional<String>> values;

    /**
     * @param config asked for each value: a Config obtained during the deployment does not see what asadmin sets later
     */
    static SettingsSource of(Supplier<Config> config) {
        return new SettingsSource(name -> config.get().getOptionalValue(name, String.class));
    }

    SettingsSource(Function<String, Optional<String>> values) {
        this.values = values;
    }

    Optional<String> text(String name) {
        return raw(name).map(String::trim).filter(value -> !value.isEmpty());
    }

    /** Reads a value. An error leaves out the message of its cause, which may hold what the value refers to. */
    private Optional<String> raw(String name) {
        try {
            return values.apply("cordon." + name);
        } catch (RuntimeException e) {
            throw new SettingException("cordon." + name + " cannot be read: "
                    + e.getClass().getSimpleName() + "; look for a ${...} in it that has no value");
        }
    }

    int integer(String name, int otherwise) {
        return read(name, "a whole number", Integer::valueOf).orElse(otherwise);
    }

    Duration duration(String name, Duration otherwise) {
        return read(name, "a positive ISO 8601 duration such as PT30S or PT5M, at most 3650 days", value -> {
                    Duration duration = Duration.parse(value);
                    if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
                        throw new IllegalArgumentException();
                    }
                    return duration;
                })
                .orElse(otherwise);
    }

    /** Reads a number of bytes, plain or with KiB, MiB or GiB. */
    long bytes(String name, long otherwise) {
        return read(name, "a number of bytes such as 65536, 64 KiB or 1 MiB", SettingsSource::parseBytes)
                .orElse(otherwise);
    }

    /** Reads a number of bytes as {@link #bytes} does, for what must fit an array. */
    int size(String name, int otherwise) {
        return read(
                        name,
                        "a number of bytes up to 2147483647, such as 65536, 64 KiB or 1 MiB",
                        value -> Math.toIntExact(parseBytes(value)))
                .orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        return read(name, "true or false", value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException();
                })
                .orElse(otherwise);
    }

    /** Reads a threshold in its KPI's unit; {@code off} is infinite. */
    Optional<Double> limit(String name) {
        return read(name, "a number, 0 or more, such as 10 or 0.001, or off", value -> {
            double limit = value.equals("off") ? Double.POSITIVE_INFINITY : new BigDecimal(value).doubleValue();
            if (limit < 0) {
                throw new IllegalArgumentException();
            }
            return limit;
        });
    }

    /** Reads an address. An error does not quote the value, because an address may carry a password. */
    Optional<URI> address(String name) {
        try {
            return text(name).map(URI::create);
        } catch (IllegalArgumentException e) {
            throw new SettingException("cordon." + name + " is not an address; expected https://host/path");
        }
    }

    Set<String> list(String name) {
        return text(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::trim)
                .filter(value -> !value.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Reads one of an enum's constants, written in lower case with hyphens. */
    <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        return read(name, expected(type, " or "), value -> constant(type, value))
                .orElse(otherwise);
    }

    /** Reads any number of an enum's constants, separated by commas. */
    <E extends Enum<E>> Set<E> choices(String name, Class<E> type) {
        String expected = "a list of " + expected(type, ", ");
        return read(
                        name,
                        expected,
                        value -> Arrays.stream(value.split(",", -1))
                                .map(each -> constant(type, each.trim()))
                                .collect(Collectors.toUnmodifiableSet()))
                .orElse(Set.of());
    }

    private static <E extends Enum<E>> String expected(Class<E> type, String separator) {
        return Arrays.stream(type.getEnumConstants())
                .map(SettingsSource::spelled)
                .collect(Collectors.joining(separator));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> spelled(constant).equals(value))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new);
    }

    private static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long parseBytes(String value) {
        String number = value.replaceAll("[A-Za-z ]+$", "");
        String unit = value.substring(number.length()).trim().toUpperCase(Locale.ROOT);
        Long factor = UNITS.get(unit);
        if (factor == null) {
            throw new IllegalArgumentException();
        }
        return new BigDecimal(number).multiply(BigDecimal.valueOf(factor)).longValueExact();
    }

    private <T> Optional<T> read(String name, String expected, Function<String, T> parse) {
        Optional<String> value = text(name);
        try {
            return value.map(parse);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeParseException e) {
            throw new SettingException("cordon." + name + " is '" + value.orElse("") + "' but must be " + expected);
        }
    }
}
