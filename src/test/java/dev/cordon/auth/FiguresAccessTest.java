package dev.cordon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresAccessTest {
    private static final String TOKEN = "a-token-of-prometheus";

    @ParameterizedTest
    @DisplayName(
            "S8: without a configured token the metrics are shown to this machine only, and not through a proxy on it")
    @CsvSource({
        "127.0.0.1, X-Other, true",
        "::1, X-Other, true",
        "10.0.0.7, X-Other, false",
        "127.0.0.1, X-Forwarded-For, false",
        "127.0.0.1, Forwarded, false"
    })
    void s8_admitsOnlyThisMachineWithoutAConfiguredToken(String peer, String header, boolean seen)
            throws UnknownHostException {
        FiguresAccess access = new FiguresAccess(Optional.empty());

        assertThat(access.reject(peer(peer), Map.of(header, "for=1.2.3.4")::get))
                .matches(no -> no.isEmpty() == seen);
    }

    @ParameterizedTest
    @DisplayName(
            "S8: with a configured token the metrics are shown to each request that carries it, from any address, and to no other")
    @CsvSource({
        "Bearer a-token-of-prometheus, true",
        "bearer  a-token-of-prometheus , true",
        "Bearer a-token-of-prometheu, false",
        "Bearer, false",
        "Basic a-token-of-prometheus, false",
        "a-token-of-prometheus, false"
    })
    void s8_admitsOnlyRequestsThatCarryTheConfiguredToken(String authorization, boolean seen)
            throws UnknownHostException {
        FiguresAccess access = new FiguresAccess(Optional.of(TOKEN));

        assertThat(access.reject(peer("10.0.0.7"), Map.of("Authorization", authorization)::get))
                .matches(no -> no.isEmpty() == seen);
        assertThat(access.reject(peer("127.0.0.1"), Map.<String, String>of()::get))
                .contains("send Authorization: Bearer <cordon.metrics.token>");
    }

    @Test
    void acceptsATokenOfExactlySixteenCharacters() throws UnknownHostException {
        FiguresAccess access = new FiguresAccess(Optional.of("1234567890123456"));

        assertThat(access.reject(peer("10.0.0.7"), Map.of("Authorization", "Bearer 1234567890123456")::get))
                .isEmpty();
    }

    @Test
    void rejectsAShortTokenWithoutQuotingIt() {
        assertThatThrownBy(() -> new FiguresAccess(Optional.of("hunter2")))
                .hasMessage("cordon.metrics.token is shorter than 16 characters");
    }

    private static InetSocketAddress peer(String address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), 4711);
    }
}
