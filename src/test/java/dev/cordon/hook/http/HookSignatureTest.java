package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.hook.http.Verifiers.Signed;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HookSignatureTest {
    @Test
    @DisplayName("the signature is HMAC-SHA256 of time, dot and body: as openssl dgst -sha256 -hmac computes it")
    void signsTimeAndBody() {
        byte[] body = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1893456000), ZoneOffset.UTC);

        HookSignature signature = HookSignature.of(
                body, HookSecrets.of(Hooks.SECRET, Optional.of("fedcba9876543210fedcba9876543210")), clock);

        assertThat(signature.timestamp()).isEqualTo("1893456000");
        assertThat(signature.signatures())
                .isEqualTo("8784126182500e0a3d20407bb5fe4ede6de94f6cf26238b2df3dd16f2bf0f8fe "
                        + "249beea01b1b2a959d1e21e1f272f2febdff4ab1759668dc7a5671366422eb8e");
    }

    @Test
    @DisplayName("the verifier in Java of the documentation")
    void theVerifierInJavaVerifies(@TempDir Path folder) throws Exception {
        Method verified = compiled(Verifiers.code("java"), folder);

        for (Signed request : Verifiers.requests()) {
            assertThat(verified.invoke(
                            null,
                            request.secret(),
                            request.timestamp(),
                            request.signatures(),
                            request.body().getBytes(StandardCharsets.UTF_8)))
                    .as(request.what())
                    .isEqualTo(request.good());
        }
    }

    private static Method compiled(String code, Path folder) throws IOException, ReflectiveOperationException {
        Predicate<String> isImport = line -> line.startsWith("import ");
        String source = code.lines().filter(isImport).collect(Collectors.joining("\n"))
                + "\nclass Verifier {\n"
                + code.lines().filter(isImport.negate()).collect(Collectors.joining("\n"))
                + "\n}\n";
        Path file = Files.writeString(folder.resolve("Verifier.java"), source);
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), file.toString()))
                .isZero();
        URL[] classes = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes)) {
            Method verified = loader.loadClass("Verifier")
                    .getDeclaredMethod("verified", String.class, String.class, String.class, byte[].class);
            verified.setAccessible(true);
            return verified;
        }
    }
}
