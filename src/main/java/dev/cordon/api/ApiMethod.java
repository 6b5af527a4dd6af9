package dev.cordon.api;

/** One method of the server API. */
@FunctionalInterface
interface ApiMethod {
    /**
     * Carries the command out, wholly, before its result is written.
     *
     * @throws RefusedException or {@link dev.cordon.protocol.json.InvalidJsonException} when it is not carried out
     */
    Result call(Parameters parameters, PublishBatch batch);
}
