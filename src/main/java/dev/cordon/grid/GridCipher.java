package dev.cordon.grid;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts records for the grid with AES-256-GCM (NIST SP 800-38D). The structure and the name of the record, which holds
 * the hash of its user, are associated data: a record that is moved to another name, and so to another user, cannot be
 * decrypted. A record is its form, the id of its key, a random nonce of 96 bits, and the cipher text with its tag of 128
 * bits. Thread-safe.
 *
 * <p>Each name has a key of its own, derived from the grid's. With random nonces a key must not encrypt more than
 * 2<sup>32</sup> records, and a log writes as many in days, but not under one name.
 */
final class GridCipher {
    private static final byte FORM = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HEAD_BYTES = 1 + Integer.BYTES + NONCE_BYTES;

    private final GridKeys keys;
    private final SecureRandom random = new SecureRandom();

    GridCipher(GridKeys keys) {
        this.keys = keys;
    }

    /** Thrown when a record cannot be decrypted. The message says why, and nothing of the record. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String why) {
            super(why);
        }
    }

    /**
     * @param structure name of the structure on the grid
     * @param name name of the record in it
     */
    byte[] encrypt(String structure, String name, byte[] plain) {
        GridKeys.Key key = keys.current();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] head = ByteBuffer.allocate(HEAD_BYTES)
                .put(FORM)
                .putInt(key.id())
                .put(nonce)
                .array();
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, head, structure, name);
            byte[] record = Arrays.copyOf(head, HEAD_BYTES + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, record, HEAD_BYTES);
            return record;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    /** @throws UnreadableException if the record has another form, structure, name or key, or was changed */
    byte[] decrypt(String structure, String name, byte[] record) throws UnreadableException {
        if (record.length < HEAD_BYTES + TAG_BITS / Byte.SIZE || record[0] != FORM) {
            throw new UnreadableException("it has a form that this version does not know");
        }
        GridKeys.Key key = keys.byId(ByteBuffer.wrap(record).getInt(1))
                .orElseThrow(() -> new UnreadableException(
                        "its key is neither cordon.grid.key nor cordon.grid.second-key of this node"));
        try {
            return cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(record, HEAD_BYTES), structure, name)
                    .doFinal(record, HEAD_BYTES, record.length - HEAD_BYTES);
        } catch (AEADBadTagException e) {
            throw new UnreadableException("it was changed, or moved from another place");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    /** Whether a record was encrypted with the key that encrypts now. */
    boolean current(byte[] record) {
        return record.length > HEAD_BYTES
                && ByteBuffer.wrap(record).getInt(1) == keys.current().id();
    }

    private static Cipher cipher(int mode, GridKeys.Key key, byte[] head, String structure, String name)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                key.secretOf(structure, name),
                new GCMParameterSpec(TAG_BITS, head, HEAD_BYTES - NONCE_BYTES, NONCE_BYTES));
        cipher.updateAAD(head);
        byte[] where = structure.getBytes(StandardCharsets.UTF_8);
        cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(where.length).array());
        cipher.updateAAD(where);
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
