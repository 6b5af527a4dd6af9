package dev.cordon.payara;

import dev.cordon.payara.http.RequestStream.Bounds;
import java.lang.reflect.Field;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.http.HttpCodecFilter;
import org.glassfish.grizzly.http.HttpServerFilter;

/**
 * The configured bounds of a listener's HTTP codec. The codec does not tell them, so its fields are read by name. A
 * field that cannot be read counts with its default.
 */
final class CodecBounds {
    private static final int HEAD_BYTES = 8192;
    private static final int FIELDS = 100;

    private CodecBounds() {}

    static Bounds of(FilterChain chain, HttpServerFilter codec) {
        return new Bounds(
                read(HttpCodecFilter.class, "maxHeadersSize", codec, HEAD_BYTES),
                read(HttpServerFilter.class, "maxRequestHeaders", codec, FIELDS),
                chain.stream()
                        .anyMatch(filter -> filter.getClass().getSimpleName().startsWith("Http2")),
                read(HttpCodecFilter.class, "isStrictHeaderValueValidationSet", codec, true));
    }

    @SuppressWarnings("unchecked") // cast to the type of the default
    private static <T> T read(Class<?> type, String name, HttpServerFilter codec, T otherwise) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return (T) otherwise.getClass().cast(field.get(codec));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return otherwise;
        }
    }
}
