package dev.cordon.hook.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The verifiers in docs/hooks-http.md, and signatures to try them with. */
final class Verifiers {
    private static final String BODY = "{\"user\":\"bj\u00f6rn\"}";
    private static final String OTHER = "fedcba9876543210fedcba9876543210";

    /** A request as a verifier sees it, with the secret that it has. */
    record Signed(String what, boolean good, String secret, String timestamp, String signatures, String body) {}

    private Verifiers() {}

    /** The code of a language. */
    static String code(String language) {
        try {
            Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(Path.of("docs/hooks-http.md")));
            if (!block.find()) {
                throw new AssertionError("no verifier in " + language);
            }
            return block.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Signed> requests() {
        byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
        Clock now = Clock.systemUTC();
        HookSignature one = HookSignature.of(body, Hooks.SECRETS, now);
        HookSignature two = HookSignature.of(body, HookSecrets.of(OTHER, Optional.of(Hooks.SECRET)), now);
        HookSignature old = HookSignature.of(body, Hooks.SECRETS, Clock.offset(now, Duration.ofMinutes(-6)));
        String earlier = Long.toString(Long.parseLong(one.timestamp()) - 1);
        return List.of(
                new Signed("good", true, Hooks.SECRET, one.timestamp(), one.signatures(), BODY),
                new Signed("first of two secrets", true, OTHER, two.timestamp(), two.signatures(), BODY),
                new Signed("second of two secrets", true, Hooks.SECRET, two.timestamp(), two.signatures(), BODY),
                new Signed("other body", false, Hooks.SECRET, one.timestamp(), one.signatures(), BODY + " "),
                new Signed("other time", false, Hooks.SECRET, earlier, one.signatures(), BODY),
                new Signed("other secret", false, OTHER, one.timestamp(), one.signatures(), BODY),
                new Signed("recorded", false, Hooks.SECRET, old.timestamp(), old.signatures(), BODY),
                new Signed("unsigned", false, Hooks.SECRET, one.timestamp(), "", BODY));
    }
}
