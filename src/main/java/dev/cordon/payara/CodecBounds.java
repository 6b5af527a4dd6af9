package dev.cordon.payara;

import dev.cordon.payara.http.RequestStream.Bounds;
import java.lang.reflect.Field;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.http.HttpCodecFilter;
import org.glassfish.grizzly.http.HttpServerFilter;

/** What a listener's HTTP codec was configured to take, which it does not tell: read by the names of its fields, else as it is by default. */
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

    @SuppressWarnings("unchecked") // as the value to fall back on
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
