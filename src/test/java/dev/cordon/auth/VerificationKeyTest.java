package dev.cordon.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import org.junit.jupiter.api.Test;

class VerificationKeyTest {
    private static final String SECRET = "a-secret-of-at-least-thirty-two-bytes!";

    @Test
    void takesASignatureThatCannotBeCheckedForNone() {
        JWSVerifier hs256 = VerificationKey.ofSecret(SECRET).verifier();
        VerificationKey unable = new VerificationKey(JWSAlgorithm.ES256, hs256);
        SigningKey signer = SigningKey.hs256(SECRET);

        assertThat(unable.signed(CompactToken.parse(signer.signed("{\"alg\":\"ES256\"}", "{}"))))
                .isFalse();
        assertThat(unable.signed(CompactToken.parse(signer.token("{}"))))
                .as("nor one of another algorithm than its own")
                .isFalse();
    }
}
