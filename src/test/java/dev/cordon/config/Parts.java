package dev.cordon.config;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a node, put together as CDI does it: each is made once, by the producer of its type, or by its constructor
 * that is to be injected. Interfaces of the container that nobody gives are stubs whose methods do nothing.
 */
final class Parts {
    private final List<Object> producers = List.of(new Wiring(), new HookWiring());
    private final Map<String, Object> made = new LinkedHashMap<>();

    /** Gives a part instead of its producer. */
    <T> Parts with(Class<T> type, T part) {
        made.put(type.getTypeName(), part);
        return this;
    }

    <T> T of(Class<T> type) {
        return type.cast(part(type));
    }

    /** Sets the fields of an object that a container would. */
    <T> T inject(T into) throws IllegalAccessException {
        for (Field field : into.getClass().getDeclaredFields()) {
            if (field.getAnnotations().length > 0 && !field.getType().isPrimitive()) {
                field.setAccessible(true);
                field.set(into, part(field.getGenericType()));
            }
        }
        return into;
    }

    /** Makes everything that a producer makes, and returns it by its type. */
    Map<String, Object> all() {
        for (Object each : producers) {
            for (Method method : each.getClass().getDeclaredMethods()) {
                if (method.isAnnotationPresent(Produces.class)) {
                    part(method.getGenericReturnType());
                }
            }
        }
        return made;
    }

    private Object part(Type type) {
        Object known = made.get(type.getTypeName());
        if (known == null) {
            known = make(type);
            made.put(type.getTypeName(), known);
        }
        return known;
    }

    private Object make(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == Instance.class) {
            return instance(generic.getActualTypeArguments()[0]);
        }
        for (Object each : producers) {
            for (Method method : each.getClass().getDeclaredMethods()) {
                if (method.isAnnotationPresent(Produces.class)
                        && method.getGenericReturnType().equals(type)) {
                    return call(method, () -> method.invoke(each, parameters(method)));
                }
            }
        }
        Class<?> raw = raw(type);
        if (raw.isInterface()) {
            return stub(raw);
        }
        Constructor<?> constructor = Arrays.stream(raw.getConstructors())
                .filter(each -> each.isAnnotationPresent(Inject.class))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing makes " + type));
        return call(constructor, () -> constructor.newInstance(parameters(constructor)));
    }

    private interface Making {
        Object make() throws ReflectiveOperationException;
    }

    private static Object call(Executable how, Making making) {
        try {
            how.setAccessible(true);
            return Optional.ofNullable(making.make())
                    .orElseThrow(() -> new AssertionError(how + " has returned nothing"));
        } catch (InvocationTargetException e) {
            throw new AssertionError(how + " has failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(String.valueOf(e.getMessage()), e);
        }
    }

    private Object[] parameters(Executable of) {
        return Arrays.stream(of.getGenericParameterTypes()).map(this::part).toArray();
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
    }

    /** The part of a type, made when it is asked for. An application has no beans for hooks. */
    private Object instance(Type of) {
        boolean theApplications = of.getTypeName().startsWith("dev.cordon.hook.")
                && !of.getTypeName().contains("Dispatcher")
                && !of.getTypeName().contains("Optional");
        return Proxy.newProxyInstance(
                Parts.class.getClassLoader(),
                new Class<?>[] {Instance.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "get" -> part(of);
                    case "isUnsatisfied" -> theApplications || of.getTypeName().contains("Legacy");
                    case "handlesStream", "stream" -> Stream.empty();
                    default -> nothing(method);
                });
    }

    private static Object stub(Class<?> type) {
        return Proxy.newProxyInstance(
                Parts.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) ->
                        method.getReturnType().isInterface() ? stub(method.getReturnType()) : nothing(method));
    }

    private static @Nullable Object nothing(Method method) {
        return method.getReturnType() == boolean.class ? Boolean.FALSE : null;
    }
}
