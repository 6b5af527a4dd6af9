package dev.cordon.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Scanning eight bytes at a time finds what scanning one at a time would, for each byte at each place. */
class SwarScanTest {
    private static final int LENGTH = 27;

    private static boolean ofAString(int octet) {
        return octet >= ' ' && octet < 0x80 && octet != '"' && octet != '\\';
    }

    private static byte[] filled(int filler, int octet, int place) {
        byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, (byte) filler);
        bytes[place] = (byte) octet;
        return bytes;
    }

    @Test
    void stopsInTheWordWithTheFirstSpecialByteOfAString() {
        for (int filler : new int[] {' ', '!', '#', '[', ']', 'a', 0x7F}) {
            for (int octet = 0; octet < 256; octet++) {
                for (int place = 0; place < LENGTH; place++) {
                    for (int from : new int[] {0, 1, 5}) {
                        int whole = from + (LENGTH - from) / 8 * 8;
                        int word = place < from || place >= whole ? whole : from + (place - from) / 8 * 8;
                        assertThat(SwarScan.skipPlain(filled(filler, octet, place), from, LENGTH))
                                .as("%x in %x at %d from %d", octet, filler, place, from)
                                .isEqualTo(ofAString(octet) ? whole : word);
                    }
                }
            }
        }
    }

    @Test
    void scansNoFurtherThanItsEnd() {
        byte[] bytes = filled('a', '"', 9);

        assertThat(SwarScan.skipPlain(bytes, 0, 9)).isEqualTo(8);
        assertThat(SwarScan.skipPlain(bytes, 0, 7)).isZero();
        assertThat(SwarScan.skipPlain(bytes, 9, 9)).isEqualTo(9);
    }

    @Test
    void neverPassesOverALineBreak() {
        for (int filler : new int[] {' ', 'a', 0x0E, 0x7F, 0x80, 0xFF}) {
            for (int octet = 0; octet < 256; octet++) {
                for (int place = 0; place < LENGTH; place++) {
                    int found = SwarScan.skipToLineBreak(filled(filler, octet, place), 3);
                    boolean low = octet <= '\r' && place >= 3 && place < 27;
                    assertThat(found)
                            .as("%x in %x at %d", octet, filler, place)
                            .isEqualTo(low ? 3 + (place - 3) / 8 * 8 : 27);
                }
            }
        }
    }

    @Test
    void replacesLineBreaksBySpacesWhereverTheyAre() {
        for (int length = 2; length < 40; length++) {
            for (int place = 1; place < length - 1; place++) {
                byte[] json = new byte[length];
                Arrays.fill(json, (byte) ' ');
                json[0] = '[';
                json[length - 1] = ']';
                byte[] expected = json.clone();
                json[place] = (byte) (place % 2 == 0 ? '\n' : '\r');

                assertThat(SingleLine.copyOf(json, 0, length)).isEqualTo(expected);
            }
        }
    }
}
