package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.UserId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LocalUsersTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");

    private final LocalUsers users = new LocalUsers();

    private static UserHash hash(UserId user) {
        return UserHash.of("s", user);
    }

    @Test
    void findsUsersWhoCameBeforeAndAfterTheSecretIsKnown() {
        users.came(ALICE);
        assertThat(users.of(hash(ALICE))).isEmpty();

        users.know("s");
        users.came(BOB);

        assertThat(users.of(hash(ALICE))).containsExactly(ALICE);
        assertThat(users.of(hash(BOB))).containsExactly(BOB);
        assertThat(users.all()).containsExactlyInAnyOrder(ALICE, BOB);
    }

    @Test
    void keepsNothingOfAUserWhoLeft() {
        users.came(ALICE);
        users.know("s");
        users.came(BOB);

        users.left(ALICE);
        users.left(BOB);

        assertThat(users.all()).isEmpty();
        assertThat(users.indexed()).isZero();
    }

    @Test
    void forgetsAUserWhoLeftBeforeTheSecretIsKnown() {
        users.came(ALICE);
        users.left(ALICE);

        users.know("s");

        assertThat(users.indexed()).isZero();
    }

    @Test
    void knowsTheSecretAgainAfterListeningBeganAgain() {
        users.know("s");
        users.came(ALICE);

        users.know("s");
        users.left(ALICE);

        assertThat(users.indexed()).isZero();
    }

    @Test
    @DisplayName("while nodes change their keys, users are found by the hashes of both secrets")
    void findsUsersByEachSecret() {
        users.came(ALICE);
        users.know("s");
        users.know("t");
        users.came(BOB);

        assertThat(users.of(UserHash.of("s", ALICE))).containsExactly(ALICE);
        assertThat(users.of(UserHash.of("t", ALICE))).containsExactly(ALICE);
        assertThat(users.of(UserHash.of("t", BOB))).containsExactly(BOB);

        users.left(ALICE);
        users.left(BOB);
        assertThat(users.indexed()).isZero();
    }
}
