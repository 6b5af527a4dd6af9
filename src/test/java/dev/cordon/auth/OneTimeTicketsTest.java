package dev.cordon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.HandClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OneTimeTicketsTest {
    private final HandClock clock = new HandClock();
    private final OneTimeTickets tickets = new OneTimeTickets(clock);

    @Test
    @DisplayName("a ticket can be redeemed once")
    void redeemsATicketOnce() {
        String ticket = tickets.issue();

        assertThat(tickets.redeem(ticket)).isTrue();
        assertThat(tickets.redeem(ticket)).isFalse();
        assertThat(tickets.redeem("")).isFalse();
        assertThat(tickets.redeem(new OneTimeTickets(clock).issue())).isFalse();
    }

    @Test
    @DisplayName("of 50 concurrent redemptions of a ticket one is accepted")
    void redeemsATicketOnceUnderConcurrency() {
        String ticket = tickets.issue();
        AtomicInteger accepted = new AtomicInteger();

        IntStream.range(0, 50).parallel().forEach(i -> accepted.addAndGet(tickets.redeem(ticket) ? 1 : 0));

        assertThat(accepted).hasValue(1);
    }

    @Test
    @DisplayName("a ticket has 256 random bits and expires after its lifetime")
    void ticketExpiresAfterItsLifetime() {
        String ticket = tickets.issue();
        assertThat(ticket).hasSize(43).isNotEqualTo(tickets.issue());

        clock.advance(OneTimeTickets.LIFE);

        assertThat(tickets.redeem(ticket)).isFalse();
    }

    @Test
    @DisplayName("F11 the number of unredeemed tickets is bounded, and expired tickets make room")
    void boundsTheNumberOfUnredeemedTickets() {
        for (int i = 0; i < OneTimeTickets.MOST; i++) {
            tickets.issue();
        }
        assertThatThrownBy(tickets::issue).isInstanceOf(IllegalStateException.class);

        clock.advance(OneTimeTickets.LIFE);

        assertThat(tickets.redeem(tickets.issue())).isTrue();
    }
}
