package dev.cordon.hook.http;

import dev.cordon.hook.HookCall;
import dev.cordon.hook.SessionEvent;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings of the hooks over HTTP. Immutable; its text shows neither an address nor a secret.
 *
 * @param questions {@code cordon.hook.<question>.url}, where set
 * @param events {@code cordon.hook.<event>.url}, where set
 * @param methods {@code cordon.hook.rpc.methods}: names, or beginnings that end with {@code *}
 * @param secrets {@code cordon.hook.secret} and {@code cordon.hook.second-secret}
 */
public record HttpHookSettings(
        Map<HookCall.Kind, URI> questions,
        Map<SessionEvent.Kind, URI> events,
        List<String> methods,
        HookSecrets secrets) {
    /** @throws IllegalArgumentException naming the setting that is wrong, without quoting an address */
    public HttpHookSettings {
        questions = Map.copyOf(questions);
        events = Map.copyOf(events);
        methods = methods.stream().sorted().toList();
        questions.forEach((kind, address) -> check(name(kind), address));
        events.forEach((kind, address) -> check(name(kind), address));
        for (String method : methods) {
            int star = method.indexOf('*');
            if (star >= 0 && star < method.length() - 1) {
                throw new IllegalArgumentException(
                        "cordon.hook.rpc.methods has '" + method + "' but * may only stand at the end, as in orders.*");
            }
        }
    }

    /** The setting's name without {@code cordon.}: {@code hook.connect.url}. */
    public static String name(Enum<?> kind) {
        return "hook." + word(kind) + ".url";
    }

    /** A question's or an event's name, as settings and JSON have it: {@code acknowledged-all}. */
    static String word(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void check(String setting, URI address) {
        String scheme = address.getScheme();
        boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        if (!http || address.getHost() == null || address.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "cordon." + setting + " must be an http or https address with a host and no user name");
        }
    }

    /** Whether an rpc method goes to the back end. */
    boolean answers(String method) {
        if (!questions.containsKey(HookCall.Kind.RPC)) {
            return false;
        }
        for (String each : methods) {
            if (each.endsWith("*") ? method.startsWith(each.substring(0, each.length() - 1)) : method.equals(each)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "HttpHookSettings[questions=%s, events=%s, methods=%s]"
                .formatted(words(questions), words(events), methods);
    }

    private static String words(Map<? extends Enum<?>, URI> of) {
        return of.keySet().stream().map(HttpHookSettings::word).sorted().collect(Collectors.joining(" "));
    }
}
