package dev.cordon.manager;

import dev.cordon.protocol.SessionId;
import java.util.Optional;

/** The answer to a claim of a slot ({@link Slots}). */
public sealed interface SlotClaim {
    SlotClaim GRANTED = new Granted();
    SlotClaim UNAVAILABLE = new Unavailable();

    /** The session has a slot. */
    record Granted() implements SlotClaim {}

    /**
     * Other sessions of the user have all slots.
     *
     * @param oldest the session that has had its slot for longest
     * @param elsewhere whether another node holds any of these slots
     * @param unsure whether a node that holds some of them has missed heartbeats: it may be dead, and they free soon
     */
    record Denied(Optional<SessionId> oldest, boolean elsewhere, boolean unsure) implements SlotClaim {}

    /** It is not known whether there is a slot. The session has none. */
    record Unavailable() implements SlotClaim {}
}
