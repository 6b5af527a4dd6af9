package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.hook.http.Verifiers.Signed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifiers in the documentation that need more than a JDK. */
class VerifiersIT {
    private static final String JAVASCRIPT = """
            import { verified } from "./verifier.mjs";
            const [, , secret, timestamp, signatures, body] = process.argv;
            console.log(verified(secret, timestamp, signatures, Buffer.from(body, "hex")));
            """;
    private static final String PYTHON = """
            import sys
            from verifier import verified
            secret, timestamp, signatures, body = sys.argv[1:]
            print(str(verified(secret, timestamp, signatures, bytes.fromhex(body))).lower())
            """;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("the verifier in JavaScript of the documentation")
    void theVerifierInJavaScriptVerifies() throws Exception {
        Files.writeString(folder.resolve("verifier.mjs"), Verifiers.code("js"));
        Files.writeString(folder.resolve("main.mjs"), JAVASCRIPT);

        verifies("node", "main.mjs");
    }

    @Test
    @DisplayName("the verifier in Python of the documentation")
    void theVerifierInPythonVerifies() throws Exception {
        Files.writeString(folder.resolve("verifier.py"), Verifiers.code("python"));
        Files.writeString(folder.resolve("main.py"), PYTHON);

        verifies("python3", "main.py");
    }

    private void verifies(String... program) throws Exception {
        for (Signed request : Verifiers.requests()) {
            List<String> command = new ArrayList<>(List.of(program));
            String body = HexFormat.of().formatHex(request.body().getBytes(StandardCharsets.UTF_8));
            command.addAll(List.of(request.secret(), request.timestamp(), request.signatures(), body));
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            Process process = builder.redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(said.strip()).as(request.what()).isEqualTo(Boolean.toString(request.good()));
        }
    }
}
