package dev.cordon.api;

import dev.cordon.protocol.JsonText;

/**
 * What goes back to the back end.
 *
 * @param status of HTTP
 * @param json the body; not copied, and changed by nobody
 */
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, byte[] json) {
    static Answer refused(Refused reason, String message) {
        JsonText text = new JsonText(128);
        new RefusedException(reason, message).write(text);
        return new Answer(reason.status(), text.bytes());
    }
}
