package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.HandTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("S1: half-received messages")
class PartialMessagesTest {
    private static final int KIB = 1024;
    private static final int LIMIT = 1024 * KIB;

    private final HandTime time = new HandTime();
    private final List<CloseCause> cuts = new ArrayList<>();
    private final PartialMessages halves = new PartialMessages(() -> LIMIT, cuts::add, time::nanos);

    /** One connection: its decoder and the events that the decoder reports. */
    private final class Peer extends RecordingSink {
        private final FrameDecoder decoder = new FrameDecoder(halves);
        private final boolean stranger;

        Peer(boolean stranger) {
            this.stranger = stranger;
        }

        /** Sends the first bytes of a message, in reads of 4 KiB. */
        Peer begins(int bytes, int whole) {
            byte[] frame = ClientFrames.text("x".repeat(whole));
            for (int at = 0; at < bytes; at += 4 * KIB) {
                byte[] piece = Arrays.copyOfRange(frame, at, Math.min(bytes, at + 4 * KIB));
                decoder.decode(piece, 0, piece.length, this);
            }
            return this;
        }

        @Override
        public boolean accepted() {
            return !stranger;
        }

        @Override
        public void cut(CloseCause why) {
            decoder.stop();
            super.cut(why);
        }
    }

    @Test
    void stayWithinTheirCommonBound() {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            peers.add(new Peer(false).begins(100 * KIB, 200 * KIB));

            assertThat(halves.bytes()).isLessThanOrEqualTo(LIMIT);
        }

        assertThat(peers).anyMatch(peer -> peer.events.contains("cut NO_ROOM"));
        assertThat(cuts).isNotEmpty().containsOnly(CloseCause.NO_ROOM);
    }

    @Test
    void theLargestAreCutFirst() {
        Peer small = new Peer(false).begins(10 * KIB, 20 * KIB);
        Peer large = new Peer(false).begins(600 * KIB, 700 * KIB);

        new Peer(false).begins(500 * KIB, 600 * KIB);

        assertThat(large.events).containsExactly("cut NO_ROOM");
        assertThat(small.events).isEmpty();
    }

    @Test
    void messagesOfUnauthenticatedClientsAreCutFirst() {
        Peer user = new Peer(false).begins(300 * KIB, 400 * KIB);
        for (int i = 0; i < 200; i++) {
            new Peer(true).begins(15 * KIB, 16 * KIB);
        }

        assertThat(user.events).isEmpty();
        assertThat(halves.bytes()).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void aLargeFrameOfAnUnauthenticatedClientIsRejectedAtItsHeader() {
        Peer stranger = new Peer(true).begins(14, 16 * KIB + 1);

        assertThat(stranger.events).containsExactly("broken 1009");
        assertThat(halves.size()).isZero();
    }

    @Test
    void fragmentsOfAnUnauthenticatedClientCountTogether() {
        Peer stranger = new Peer(true);
        byte[] first = ClientFrames.frame(FrameHeader.TEXT, new byte[10 * KIB]);
        byte[] second = ClientFrames.frame(FrameHeader.CONTINUATION, new byte[10 * KIB]);

        stranger.decoder.decode(first, 0, first.length, stranger);
        stranger.decoder.decode(second, 0, second.length, stranger);

        assertThat(stranger.events).containsExactly("broken 1009");
        assertThat(halves.bytes()).isZero();
    }

    @Test
    void aMessageThatDoesNotEndInTimeIsCut() {
        Peer slow = new Peer(false).begins(10 * KIB, 20 * KIB);
        time.advance(PartialMessages.PATIENCE);
        assertThat(halves.sweep()).isZero();

        time.advance(Duration.ofSeconds(2));

        assertThat(halves.sweep()).isOne();
        assertThat(slow.events).containsExactly("cut UNFINISHED");
        assertThat(cuts).containsExactly(CloseCause.UNFINISHED);
        assertThat(halves.bytes()).isZero();
    }

    @Test
    void areNotCountedOnceCompleteOrLost() {
        Peer whole = new Peer(false).begins(100 * KIB + 14, 100 * KIB);
        Peer lost = new Peer(false).begins(50 * KIB, 100 * KIB);
        assertThat(whole.events).hasSize(1);
        assertThat(halves.size()).isOne();

        lost.decoder.stop();

        assertThat(halves.bytes()).isZero();
        assertThat(halves.size()).isZero();
    }

    @Test
    void nothingMoreIsReadFromAConnectionThatWasCut() {
        Peer slow = new Peer(false).begins(10 * KIB, 20 * KIB);
        time.advance(Duration.ofMinutes(1));
        halves.sweep();

        slow.begins(20 * KIB, 30 * KIB);

        assertThat(slow.events).containsExactly("cut UNFINISHED");
        assertThat(halves.bytes()).isZero();
    }

    @Test
    void countsNothingForAMessageThatArrivesWhole() {
        Peer peer = new Peer(false);
        byte[] whole = ClientFrames.text("whole");

        peer.decoder.decode(whole, 0, whole.length, peer);

        assertThat(peer.events).containsExactly("text whole");
        assertThat(halves.size()).isZero();
        assertThat(halves.bytes()).isZero();
    }

    @Test
    void countsFourTimesTheArrivedBytesButNoMoreThanTheAnnounced() {
        Peer peer = new Peer(false);
        int before = 5_000;
        byte[] frame = ClientFrames.join(new byte[before], ClientFrames.text("x".repeat(300_000)));
        int payload = before + 14;
        // A reused array may be longer than what is counted, but not longer than this.
        int beyondReuse = MessageArrays.LONGEST + 1;

        peer.decoder.decode(frame, before, payload + 1_000, peer);
        assertThat(halves.bytes()).isEqualTo(4_000);
        peer.decoder.decode(frame, payload + 1_000, payload + 5_000, peer);
        assertThat(halves.bytes()).isEqualTo(20_000);
        peer.decoder.decode(frame, payload + 5_000, payload + beyondReuse, peer);

        assertThat(halves.bytes()).isEqualTo(300_000);
    }

    @Test
    void countsTheFragmentsOfAMessageTogether() {
        Peer peer = new Peer(false);
        byte[] first = ClientFrames.frame(FrameHeader.TEXT, new byte[1_000]);
        byte[] second = ClientFrames.frame(FrameHeader.CONTINUATION, new byte[2_000]);

        peer.decoder.decode(first, 0, first.length, peer);
        assertThat(halves.bytes()).isEqualTo(1_000);
        peer.decoder.decode(second, 0, 8 + 100, peer);

        assertThat(halves.bytes()).isEqualTo(3_000);
    }

    @Test
    void allowsASecondMoreForEach16KibThatHaveArrived() {
        halves.begin(new RecordingSink()).grow(100 * KIB, 32 * KIB);

        time.advance(PartialMessages.PATIENCE.plusSeconds(2));
        assertThat(halves.sweep()).isZero();
        time.advance(Duration.ofNanos(1));

        assertThat(halves.sweep()).isOne();
    }

    @Test
    void cutsTheLargestOnlyAboveTheLimit() {
        RecordingSink whole = new RecordingSink();
        RecordingSink one = new RecordingSink();
        halves.begin(whole).grow(LIMIT, 0);
        assertThat(whole.events).isEmpty();

        halves.begin(one).grow(1, 0);

        assertThat(whole.events).containsExactly("cut NO_ROOM");
        assertThat(one.events).isEmpty();
    }

    @Test
    void stopsCuttingAtSevenEighthsOfTheLimit() {
        int goal = LIMIT / 8 * 7;
        RecordingSink first = new RecordingSink();
        RecordingSink second = new RecordingSink();
        RecordingSink largest = new RecordingSink();
        halves.begin(first).grow(goal / 2, 0);
        halves.begin(second).grow(goal / 2, 0);

        halves.begin(largest).grow(goal / 2 + 1, 0);

        assertThat(largest.events).containsExactly("cut NO_ROOM");
        assertThat(first.events).isEmpty();
        assertThat(second.events).isEmpty();
        assertThat(halves.bytes()).isEqualTo(goal);
    }

    @Test
    void endsAMessageOnce() {
        PartialMessage message = halves.begin(new RecordingSink());
        message.grow(KIB, 0);

        assertThat(message.drop()).isTrue();
        assertThat(message.drop()).isFalse();
        assertThat(message.take()).isEmpty();
        assertThat(halves.bytes()).isZero();
    }
}
