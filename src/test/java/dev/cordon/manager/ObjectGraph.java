package dev.cordon.manager;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All objects reachable from one, by identity. A type that it does not know is an error: nothing is overlooked. */
final class ObjectGraph {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> ahead = new ArrayDeque<>();
    private final Predicate<Object> boundary;

    private ObjectGraph(Predicate<Object> boundary) {
        this.boundary = boundary;
    }

    /** @param boundary objects that are neither entered nor counted */
    static Set<Object> from(Object root, Predicate<Object> boundary) {
        ObjectGraph graph = new ObjectGraph(boundary);
        graph.reach(root);
        while (!graph.ahead.isEmpty()) {
            graph.enter(graph.ahead.pop());
        }
        return graph.seen;
    }

    private void reach(@Nullable Object object) {
        if (object != null && !constant(object) && !boundary.test(object) && seen.add(object)) {
            ahead.push(object);
        }
    }

    private static boolean constant(Object object) {
        return object instanceof String
                || object instanceof Boolean
                || object instanceof Enum<?>
                || object instanceof Class<?>
                || object instanceof Instant
                || object instanceof Duration
                || object instanceof Long
                || object instanceof Integer;
    }

    private void enter(Object object) {
        if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                reach(key);
                reach(value);
            });
        } else if (object instanceof Collection<?> all) {
            all.forEach(this::reach);
        } else if (object instanceof AtomicReference<?> reference) {
            reach(reference.get());
        } else if (object instanceof Optional<?> optional) {
            optional.ifPresent(this::reach);
        } else if (object.getClass().isArray()) {
            enterArray(object);
        } else if (object.getClass().getName().startsWith("dev.cordon.")) {
            enterFields(object);
        } else if (!(object instanceof AtomicInteger || object instanceof AtomicLong || object instanceof ByteBuffer)) {
            throw new AssertionError("do not know how to enter " + object.getClass());
        }
    }

    private void enterArray(Object array) {
        if (!array.getClass().getComponentType().isPrimitive()) {
            for (int i = 0; i < Array.getLength(array); i++) {
                reach(Array.get(array, i));
            }
        }
    }

    private void enterFields(Object object) {
        for (Class<?> type = object.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    reach(value(field, object));
                }
            }
        }
    }

    private static @Nullable Object value(Field field, Object of) {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
