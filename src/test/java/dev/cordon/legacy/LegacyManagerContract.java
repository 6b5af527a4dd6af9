package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Racing;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What callers of the singleton rely on, whoever stands behind it. */
abstract class LegacyManagerContract {
    static final UserId ALICE = new UserId("alice");
    static final UserId BOB = new UserId("bob");
    static final SessionId SESSION = new SessionId("s");

    abstract LegacyManager manager();

    static Payload payload(String json) {
        return Payload.json(json);
    }

    /** The payloads of the pushes on a wire. */
    static List<String> payloads(FakeTransport wire) {
        List<String> found = new ArrayList<>();
        for (String message : wire.frames().isEmpty() ? List.<String>of() : wire.messages()) {
            if (message.startsWith("{\"push\"")) {
                found.add(message.substring(message.indexOf("\"data\":") + 7, message.length() - 3));
            }
        }
        return found;
    }

    @Test
    void sendsToAllConnectionsOfTheUserAndNobodyElse() {
        FakeTransport one = new FakeTransport();
        FakeTransport two = new FakeTransport();
        FakeTransport bobs = new FakeTransport();
        manager().connect(ALICE, SESSION, one);
        manager().connect(ALICE, new SessionId("t"), two);
        manager().connect(BOB, SESSION, bobs);

        assertThat(manager().send(ALICE, payload("{\"n\":1}"))).isEqualTo(2);

        assertThat(payloads(one)).containsExactly("{\"n\":1}");
        assertThat(payloads(two)).containsExactly("{\"n\":1}");
        assertThat(payloads(bobs)).isEmpty();
        assertThat(manager().connections()).isEqualTo(3);
    }

    @Test
    void sendsToNobodyWhenNobodyIsThere() {
        assertThat(manager().send(ALICE, payload("{}"))).isZero();
    }

    @Test
    void sendsToOneConnectionAlone() {
        FakeTransport one = new FakeTransport();
        FakeTransport two = new FakeTransport();
        ConnectionId handle = manager().connect(ALICE, SESSION, one).orElseThrow();
        manager().connect(ALICE, SESSION, two);

        assertThat(manager().send(handle, payload("{\"n\":1}"))).isTrue();

        assertThat(payloads(one)).containsExactly("{\"n\":1}");
        assertThat(payloads(two)).isEmpty();
        manager().disconnect(handle);
        assertThat(manager().send(handle, payload("{}"))).isFalse();
        assertThat(manager().send(ConnectionId.random(), payload("{}"))).isFalse();
    }

    @Test
    @DisplayName("F02 a disconnect releases: six cycles and a thousand never meet a limit")
    void releasesWhatItDisconnects() {
        for (int i = 0; i < 1_000; i++) {
            FakeTransport wire = new FakeTransport();
            ConnectionId handle = manager()
                    .connect(ALICE, new SessionId("session-" + i), wire)
                    .orElseThrow();
            manager().disconnect(handle);
            manager().disconnect(handle);
            assertThat(wire.closes()).isEqualTo(1);
        }

        assertThat(manager().connections()).isZero();
    }

    @Test
    void ignoresAHandleItDoesNotKnow() {
        manager().connect(ALICE, SESSION, new FakeTransport());

        manager().disconnect(ConnectionId.random());
        manager().heard(ConnectionId.random());

        assertThat(manager().connections()).isEqualTo(1);
    }

    @Test
    @DisplayName("F42 a disconnect leaves the user's other connections")
    void leavesSiblings() {
        ConnectionId one =
                manager().connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        FakeTransport two = new FakeTransport();
        manager().connect(ALICE, SESSION, two);

        manager().disconnect(one);
        manager().send(ALICE, payload("{}"));

        assertThat(payloads(two)).hasSize(1);
    }

    @Test
    void endsAll() {
        FakeTransport alices = new FakeTransport();
        FakeTransport bobs = new FakeTransport();
        manager().connect(ALICE, SESSION, alices);
        manager().connect(BOB, SESSION, bobs);

        manager().releaseAll();

        assertThat(manager().connections()).isZero();
        assertThat(alices.closes()).isEqualTo(1);
        assertThat(bobs.closes()).isEqualTo(1);
    }

    @Test
    void dropsAConnectionWhoseWireFails() {
        FakeTransport broken = new FakeTransport().mode(FakeTransport.Mode.FAILING);
        FakeTransport fine = new FakeTransport();
        manager().connect(ALICE, SESSION, broken);
        manager().connect(ALICE, SESSION, fine);

        manager().send(ALICE, payload("{}"));

        assertThat(payloads(fine)).hasSize(1);
        assertThat(manager().connections()).isEqualTo(1);
    }

    @Test
    @DisplayName("F17 connects, sends and disconnects race and leave nothing")
    void survivesRaces() {
        List<Integer> done = Racing.threads(8, i -> {
            UserId user = new UserId("user" + i % 4);
            for (int n = 0; n < 100; n++) {
                ConnectionId handle = manager()
                        .connect(user, new SessionId("s" + i), new FakeTransport())
                        .orElseThrow();
                manager().send(user, payload("{}"));
                manager().disconnect(handle);
            }
            return i;
        });

        assertThat(done).hasSize(8);
        assertThat(manager().connections()).isZero();
    }
}
