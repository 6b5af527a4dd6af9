package dev.cordon.api;

import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A check of the schema {@code webapp/schema/agent-events.json}, for publishes that ask for it (docs/agent-events.md).
 * Reads the source in place. Stateless.
 */
final class AgentEvents {
    /** The value of {@code validate} that asks for this check. */
    static final String NAME = "agent-events";

    static final Pattern TIME = Pattern.compile("^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"
            + "T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$");

    /** Largest whole number that JavaScript counts exactly. */
    private static final BigDecimal MOST = BigDecimal.valueOf((1L << 53) - 1);

    private static final String WRONG = "data is no agent event: ";
    private static final Map<String, Shape> SHAPES = shapes();

    private AgentEvents() {}

    /** The kinds of values. */
    private enum Kind {
        TEXT("must be a text of one character or more"),
        TIME("must be a time such as 2030-01-01T00:00:00Z"),
        FLAG("must be true or false"),
        COUNT("must be a whole number, 0 or more"),
        ANY("");

        private final String rule;

        Kind(String rule) {
            this.rule = rule;
        }
    }

    /** The fields of one type of event beside {@code type}: all are required, and no others are allowed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Shape(String[] names, Kind[] kinds) {
        Shape and(String name, Kind kind) {
            String[] more = Arrays.copyOf(names, names.length + 1);
            Kind[] moreKinds = Arrays.copyOf(kinds, more.length);
            more[names.length] = name;
            moreKinds[names.length] = kind;
            return new Shape(more, moreKinds);
        }
    }

    private static Map<String, Shape> shapes() {
        Shape common = new Shape(new String[0], new Kind[0])
                .and("run_id", Kind.TEXT)
                .and("agent", Kind.TEXT)
                .and("at", Kind.TIME);
        Shape call = common.and("call_id", Kind.TEXT).and("tool", Kind.TEXT);
        Map<String, Shape> all = new LinkedHashMap<>();
        all.put("agent_started", common);
        all.put("agent_thinking", common.and("thought", Kind.TEXT));
        all.put("tool_executing", call.and("input", Kind.ANY));
        all.put("tool_completed", call.and("ok", Kind.FLAG).and("output", Kind.ANY));
        all.put(
                "agent_completed",
                common.and("ok", Kind.FLAG).and("result", Kind.ANY).and("duration_ms", Kind.COUNT));
        return all;
    }

    /**
     * Checks the field {@code data} of a request.
     *
     * @throws RejectedException if it is no agent event; the message names the field and quotes no value
     */
    static void check(JsonFields request) {
        String wrong;
        try {
            wrong = wrong(request.object("data").orElse(null));
        } catch (InvalidJsonException e) {
            wrong = e.getMessage();
        }
        if (wrong != null) {
            throw new RejectedException(Rejected.BAD_REQUEST, WRONG + wrong);
        }
    }

    private static @Nullable String wrong(@Nullable JsonFields event) {
        String type = event == null ? "" : event.string("type", "");
        Shape shape = SHAPES.get(type);
        if (event == null || shape == null) {
            return "type must be one of " + String.join(", ", SHAPES.keySet());
        }
        boolean[] there = new boolean[shape.names.length];
        String wrong = null;
        for (int i = 0; i < event.count(); i++) {
            int field = event.indexOfName(i, shape.names);
            if (field >= 0) {
                there[field] = true;
                wrong = fits(event, i, shape.kinds[field])
                        ? wrong
                        : type + "." + shape.names[field] + " " + shape.kinds[field].rule;
            } else if (!event.named(i, "type")) {
                wrong = KnownFields.unknown(type + " has no field ", event.name(i), List.of(shape.names));
            }
        }
        for (int field = 0; field < there.length; field++) {
            if (!there[field]) {
                return type + " needs " + shape.names[field];
            }
        }
        return wrong;
    }

    private static boolean fits(JsonFields event, int field, Kind kind) {
        return switch (kind) {
            case ANY -> true;
            case TEXT -> isText(event.text(field));
            case TIME -> isText(event.text(field)) && isTime(event, event.name(field));
            case FLAG -> List.of("true", "false").contains(event.text(field));
            case COUNT -> isCount(event.text(field));
        };
    }

    private static boolean isText(String json) {
        return json.charAt(0) == '"' && json.length() > 2;
    }

    private static boolean isTime(JsonFields event, String name) {
        return TIME.matcher(event.string(name, "")).matches();
    }

    private static boolean isCount(String json) {
        char first = json.charAt(0);
        if (first != '-' && (first < '0' || first > '9')) {
            return false;
        }
        try {
            BigDecimal value = new BigDecimal(json);
            return value.signum() >= 0
                    && value.compareTo(MOST) <= 0
                    && value.stripTrailingZeros().scale() <= 0;
        } catch (NumberFormatException e) {
            // Its exponent has more than 32 bits.
            return false;
        }
    }
}
