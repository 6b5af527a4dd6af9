package dev.cordon.client;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One of the five events that tell a page what an agent does (docs/agent-events.md), as the data of a message. It fits
 * the JSON Schema that a node serves at {@code /schema/agent-events.json}. Immutable.
 *
 * <pre>{@code
 * String data = AgentEvent.toolExecuting("r1", "researcher", "c1", "search", "{\"q\":\"weather\"}").json();
 * System.out.println(data.contains("\"tool\":\"search\""));
 * }</pre>
 *
 * <p>A run is everything that an agent does for one task. No text may be empty. Input, output and result are one JSON
 * value each, as text, such as {@code "null"}. The time is that of the call, unless {@link #at} gives another.
 */
public final class AgentEvent {
    private static final int EXPECTED = 256;
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private final String type;
    private final String runId;
    private final String agent;
    private final Instant at;
    /** The fields behind {@code at}, each with a comma before it. */
    private final String more;

    private AgentEvent(String type, String runId, String agent, Instant at, String more) {
        this.type = type;
        this.runId = text("runId", runId);
        this.agent = text("agent", agent);
        this.at = at;
        this.more = more;
    }

    private static AgentEvent now(String type, String runId, String agent, String more) {
        return new AgentEvent(type, runId, agent, Instant.now(), more);
    }

    /**
     * The agent has begun a run.
     *
     * @throws IllegalArgumentException if a text is empty, or has half a surrogate pair
     */
    public static AgentEvent started(String runId, String agent) {
        return now("agent_started", runId, agent, "");
    }

    /**
     * The agent has a thought to show.
     *
     * @throws IllegalArgumentException as from {@link #started}
     */
    public static AgentEvent thinking(String runId, String agent, String thought) {
        return now("agent_thinking", runId, agent, ",\"thought\":" + quoted("thought", thought));
    }

    /**
     * The agent calls a tool.
     *
     * @param callId names the call within the run
     * @param input what the tool gets: one JSON value
     * @throws IllegalArgumentException as from {@link #started}, or if the input is not one JSON value
     */
    public static AgentEvent toolExecuting(String runId, String agent, String callId, String tool, String input) {
        return now("tool_executing", runId, agent, call(callId, tool) + ",\"input\":" + json("input", input));
    }

    /**
     * A tool has ended.
     *
     * @param callId that of {@link #toolExecuting}
     * @param ok whether it did what it was called for
     * @param output what the agent got: one JSON value
     * @throws IllegalArgumentException as from {@link #started}, or if the output is not one JSON value
     */
    public static AgentEvent toolCompleted(
            String runId, String agent, String callId, String tool, boolean ok, String output) {
        return now(
                "tool_completed",
                runId,
                agent,
                call(callId, tool) + ",\"ok\":" + ok + ",\"output\":" + json("output", output));
    }

    /**
     * The run has ended.
     *
     * @param ok whether the agent did its task
     * @param result what came out: one JSON value
     * @param took how long the run took, in whole milliseconds; not negative
     * @throws IllegalArgumentException as from {@link #started}, if the result is not one JSON value, or if the duration
     *     is negative
     */
    public static AgentEvent completed(String runId, String agent, boolean ok, String result, Duration took) {
        if (took.isNegative()) {
            throw new IllegalArgumentException("took is " + took + ": give a duration that is not negative");
        }
        return now(
                "agent_completed",
                runId,
                agent,
                ",\"ok\":" + ok + ",\"result\":" + json("result", result) + ",\"duration_ms\":" + took.toMillis());
    }

    /**
     * Returns the same event at another time, cut to milliseconds.
     *
     * @throws IllegalArgumentException if the year is not 0 to 9999
     */
    public AgentEvent at(Instant time) {
        if (time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw new IllegalArgumentException("the time is " + time + ": give one from year 0 to 9999");
        }
        return new AgentEvent(type, runId, agent, time, more);
    }

    /** Returns the data to publish. */
    public String json() {
        return new JsonWriter(EXPECTED)
                .raw("{\"type\":")
                .quoted(type)
                .raw(",\"run_id\":")
                .quoted(runId)
                .raw(",\"agent\":")
                .quoted(agent)
                .raw(",\"at\":")
                .quoted(at.truncatedTo(ChronoUnit.MILLIS).toString())
                .raw(more.getBytes(StandardCharsets.UTF_8))
                .raw("}")
                .asString();
    }

    /** Shows the type alone. */
    @Override
    public String toString() {
        return "AgentEvent[" + type + "]";
    }

    private static String call(String callId, String tool) {
        return ",\"call_id\":" + quoted("callId", callId) + ",\"tool\":" + quoted("tool", tool);
    }

    private static String quoted(String name, String value) {
        return new JsonWriter(JsonWriter.size(text(name, value)) + 2)
                .quoted(value)
                .asString();
    }

    private static String text(String name, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " is empty: give a text");
        }
        return CommandWriter.wellFormed(value);
    }

    private static String json(String name, String value) {
        try {
            byte[] field = ("{\"v\":" + CommandWriter.wellFormed(value) + "}").getBytes(StandardCharsets.UTF_8);
            // One field and no other: a value that is "1,\"x\":2" would have made a second.
            if (JsonFields.read(field).count() == 1) {
                return value;
            }
        } catch (InvalidJsonException e) {
            throw new IllegalArgumentException(name + " is not valid JSON: give one JSON value", e);
        }
        throw new IllegalArgumentException(name + " is more than one JSON value: give one");
    }
}
