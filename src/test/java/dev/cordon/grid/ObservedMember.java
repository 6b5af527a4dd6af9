package dev.cordon.grid;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleService;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.topic.ITopic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A real member of a grid whose calls a test sees, and those of the services and structures that it gives. */
final class ObservedMember {
    private static final List<Class<?>> GIVEN =
            List.of(Cluster.class, LifecycleService.class, PartitionService.class, IMap.class, ITopic.class);

    private ObservedMember() {}

    /** Hears of each call before it is made. */
    interface Before {
        void call(Object of, String method);
    }

    /** A member that tells of each call. */
    static HazelcastInstance before(HazelcastInstance member, Before before) {
        return observed(HazelcastInstance.class, member, before, ConcurrentHashMap.newKeySet());
    }

    /** @param listeners gets the ids of listeners that are added, and loses those that are removed */
    static HazelcastInstance listeners(HazelcastInstance member, Set<UUID> listeners) {
        return observed(HazelcastInstance.class, member, (of, method) -> {}, listeners);
    }

    /** A member that does not know of another one yet, while {@code unaware}. */
    static HazelcastInstance unaware(HazelcastInstance member, HazelcastInstance of, BooleanSupplier unaware) {
        Member hidden = of.getCluster().getLocalMember();
        return answering(
                member,
                (method, answer) -> method.equals("getMembers") && unaware.getAsBoolean()
                        ? member.getCluster().getMembers().stream()
                                .filter(each -> !each.equals(hidden))
                                .collect(Collectors.toSet())
                        : answer.call());
    }

    /** A member that comes back from a split, while {@code returning}: it has a new id, and knows of nobody else yet. */
    static HazelcastInstance returning(HazelcastInstance member, BooleanSupplier returning) {
        Member self = another(member.getCluster().getLocalMember());
        return answering(member, (method, answer) -> {
            if (returning.getAsBoolean() && method.equals("getMembers")) {
                return Set.of(self);
            }
            return returning.getAsBoolean() && method.equals("getLocalMember") ? self : answer.call();
        });
    }

    /** A member that knows of these members alone. */
    static HazelcastInstance knowing(HazelcastInstance member, Supplier<Set<Member>> members) {
        return answering(member, (method, answer) -> method.equals("getMembers") ? members.get() : answer.call());
    }

    /** The same member with another id. */
    static Member another(Member of) {
        UUID id = UUID.randomUUID();
        return (Member) Proxy.newProxyInstance(
                Member.class.getClassLoader(),
                new Class<?>[] {Member.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getUuid" -> id;
                    case "hashCode" -> id.hashCode();
                    case "equals" -> proxy == arguments[0];
                    default -> method.invoke(of, arguments);
                });
    }

    private interface Answer {
        Object to(String method, Callable<Object> real) throws Exception;
    }

    /** A member whose cluster answers otherwise. */
    private static HazelcastInstance answering(HazelcastInstance member, Answer answer) {
        Cluster inner = member.getCluster();
        Cluster cluster = (Cluster) Proxy.newProxyInstance(
                Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class},
                (proxy, method, arguments) -> answer.to(method.getName(), () -> method.invoke(inner, arguments)));
        return (HazelcastInstance) Proxy.newProxyInstance(
                HazelcastInstance.class.getClassLoader(),
                new Class<?>[] {HazelcastInstance.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getCluster") ? cluster : method.invoke(member, arguments));
    }

    private static <T> T observed(Class<T> type, Object inner, Before before, Set<UUID> listeners) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    before.call(inner, method.getName());
                    try {
                        Object result = method.invoke(inner, arguments);
                        if (method.getName().matches("add.*Listener")) {
                            listeners.add((UUID) result);
                        } else if (method.getName().matches("remove.*Listener")) {
                            listeners.remove(arguments[0]);
                        }
                        return GIVEN.contains(method.getReturnType())
                                ? observed(method.getReturnType(), result, before, listeners)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                }));
    }
}
