package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.Identity;
import dev.cordon.log.HandClock;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StreamTicketsTest {
    private static final Optional<String> OWN = Optional.of("https://node.example");
    private static final Optional<String> NONE = Optional.empty();

    private final HandClock clock = new HandClock();
    private final StreamTickets tickets = new StreamTickets(clock);

    private static Identity identity(String user) {
        return new Identity(new UserId(user), Optional.empty(), Set.of(), HandClock.START.plus(Duration.ofHours(1)));
    }

    private String issued(Optional<String> origin) {
        return tickets.issue(identity("ann"), origin).orElseThrow();
    }

    private Optional<Identity> redeemed(String ticket, Optional<String> origin) {
        return tickets.redeem(ticket, origin, "node.example");
    }

    @Test
    @DisplayName("a ticket has 192 random bits and opens one stream for the user that it was given to")
    void opensOneStream() {
        String ticket = issued(OWN);

        assertThat(ticket).hasSize(32).isNotEqualTo(issued(OWN));
        assertThat(redeemed(ticket, OWN)).contains(identity("ann"));
        assertThat(redeemed(ticket, OWN)).isEmpty();
    }

    @Test
    void ofFiftyAtOnceOneIsAccepted() {
        String ticket = issued(OWN);
        AtomicInteger accepted = new AtomicInteger();

        IntStream.range(0, 50)
                .parallel()
                .forEach(i -> accepted.addAndGet(redeemed(ticket, OWN).isPresent() ? 1 : 0));

        assertThat(accepted).hasValue(1);
    }

    @Test
    @DisplayName("a ticket belongs to the origin that asked for it; a GET of the server's own page names none")
    void belongsToItsOrigin() {
        Optional<String> app = Optional.of("https://app.example");

        assertThat(redeemed(issued(OWN), NONE)).isPresent();
        assertThat(redeemed(issued(NONE), NONE)).isPresent();
        assertThat(redeemed(issued(app), app)).isPresent();
        assertThat(redeemed(issued(app), NONE)).isEmpty();
        assertThat(redeemed(issued(app), OWN)).isEmpty();
        assertThat(redeemed(issued(NONE), app)).isEmpty();
    }

    @Test
    void aRejectedTicketIsUsedUp() {
        String ticket = issued(OWN);

        assertThat(redeemed(ticket, Optional.of("https://app.example"))).isEmpty();
        assertThat(redeemed(ticket, OWN)).isEmpty();
    }

    @Test
    void expiresAfterItsLifeAndWithItsToken() {
        String ticket = issued(OWN);
        clock.advance(StreamTickets.LIFE);
        assertThat(redeemed(ticket, OWN)).isEmpty();

        clock.advance(Duration.ofHours(1).minus(StreamTickets.LIFE).minusSeconds(1));
        String last = issued(OWN);
        clock.advance(Duration.ofSeconds(1));
        assertThat(redeemed(last, OWN)).isEmpty();
    }

    @Test
    @DisplayName("F11 unused tickets are bounded, of a user and in all, and expired ones make room")
    void areBounded() {
        for (int i = 0; i < StreamTickets.MOST_OF_A_USER; i++) {
            issued(OWN);
        }
        assertThat(tickets.issue(identity("ann"), OWN)).isEmpty();
        assertThat(tickets.issue(identity("bob"), OWN)).isPresent();

        for (int i = StreamTickets.MOST_OF_A_USER + 1; i < StreamTickets.MOST; i++) {
            assertThat(tickets.issue(identity("user" + i), OWN)).isPresent();
        }
        assertThat(tickets.issue(identity("cyd"), OWN)).isEmpty();

        clock.advance(StreamTickets.LIFE);
        assertThat(tickets.issue(identity("ann"), OWN)).isPresent();
    }
}
