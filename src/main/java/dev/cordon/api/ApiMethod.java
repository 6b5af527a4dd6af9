package dev.cordon.api;

/** A method of the server API. */
@FunctionalInterface
interface ApiMethod {
    /**
     * Carries out the whole command, before the caller writes the result.
     *
     * @throws RejectedException if the command is rejected
     * @throws dev.cordon.protocol.json.InvalidJsonException if a field is not as expected
     */
    Result call(Parameters parameters, PublishBatch batch);
}
