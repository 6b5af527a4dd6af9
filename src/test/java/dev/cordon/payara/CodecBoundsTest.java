package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.payara.http.RequestStream.Bounds;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.http.HttpServerFilter;
import org.glassfish.grizzly.http.KeepAlive;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CodecBoundsTest {
    @Test
    @SuppressWarnings("deprecation") // no other constructor sets them
    @DisplayName("S9: the bounds of a request head are those of the container's codec")
    void s9_boundsAreTheCodecs() {
        HttpServerFilter codec = new HttpServerFilter(true, 7000, "text/plain", new KeepAlive(), null, 77, 66);
        FilterChain chain = FilterChainBuilder.stateless().add(codec).build();

        Bounds bounds = CodecBounds.of(chain, codec);

        assertThat(bounds.headBytes()).isEqualTo(7000);
        assertThat(bounds.fields()).isEqualTo(77);
        assertThat(bounds.http2()).isFalse();
    }

    @Test
    @SuppressWarnings("deprecation") // as above
    void knowsAnHttp2FilterByItsName() {
        HttpServerFilter codec = new HttpServerFilter();
        FilterChain chain = FilterChainBuilder.stateless()
                .add(codec)
                .add(new Http2ServerFilter())
                .build();

        assertThat(CodecBounds.of(chain, codec).http2()).isTrue();
    }

    private static final class Http2ServerFilter extends BaseFilter {}
}
