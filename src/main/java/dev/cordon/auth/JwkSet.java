package dev.cordon.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The usable keys of a JWK set (RFC 7517 §5): signature keys with a {@code kid}, of a kind that {@link VerificationKey}
 * supports. The parser skips all other keys, also malformed ones, so that one such key does not make the set unusable.
 * May be empty.
 *
 * @param keyIds ids of all keys, including the skipped ones
 */
record JwkSet(List<Entry> entries, Set<String> keyIds) {
    static final JwkSet EMPTY = new JwkSet(List.of(), Set.of());

    JwkSet {
        entries = List.copyOf(entries);
        keyIds = Set.copyOf(keyIds);
    }

    /** @throws ParseException if the text is not a JWK set; the message does not quote it */
    static JwkSet parse(String json) throws ParseException {
        Map<String, Object>[] keys = members(json);
        return new JwkSet(
                Arrays.stream(keys).map(JwkSet::entry).flatMap(Optional::stream).toList(), keyIds(keys));
    }

    private static Set<String> keyIds(Map<String, Object>[] keys) {
        return Arrays.stream(keys)
                .map(key -> key.get("kid"))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .collect(Collectors.toSet());
    }

    List<VerificationKey> find(String keyId, JWSAlgorithm algorithm) {
        return entries.stream()
                .filter(entry -> entry.keyId().equals(keyId))
                .map(Entry::key)
                .filter(key -> key.algorithm().equals(algorithm))
                .toList();
    }

    int size() {
        return entries.size();
    }

    private static Map<String, Object>[] members(String json) throws ParseException {
        Map<String, Object>[] keys;
        try {
            Map<String, Object> set = JSONObjectUtils.parse(json);
            keys = set == null ? null : JSONObjectUtils.getJSONObjectArray(set, "keys");
        } catch (ParseException e) {
            throw new ParseException("not a JWK set", 0);
        }
        if (keys == null) {
            throw new ParseException("a JWK set without keys", 0);
        }
        return keys;
    }

    private static Optional<Entry> entry(Map<String, Object> json) {
        try {
            JWK jwk = JWK.parse(json);
            if (jwk.getKeyID() == null || !forSignatures(jwk)) {
                return Optional.empty();
            }
            return publicKey(jwk)
                    .flatMap(VerificationKey::of)
                    .filter(key -> jwk.getAlgorithm() == null || key.algorithm().equals(jwk.getAlgorithm()))
                    .map(key -> new Entry(jwk.getKeyID(), key));
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean forSignatures(JWK jwk) {
        boolean use = jwk.getKeyUse() == null || KeyUse.SIGNATURE.equals(jwk.getKeyUse());
        return use && (jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.VERIFY));
    }

    private static Optional<PublicKey> publicKey(JWK jwk) throws JOSEException {
        if (jwk instanceof RSAKey rsa) {
            return Optional.of(rsa.toRSAPublicKey());
        }
        if (jwk instanceof ECKey ec && Curve.P_256.equals(ec.getCurve())) {
            return Optional.of(ec.toECPublicKey());
        }
        if (jwk instanceof OctetKeyPair pair && Curve.Ed25519.equals(pair.getCurve())) {
            return Optional.of(Ed25519Verifier.publicKey(pair.getX()));
        }
        return Optional.empty();
    }

    record Entry(String keyId, VerificationKey key) {}
}
