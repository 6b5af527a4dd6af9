package dev.cordon.protocol;

/**
 * An encoder of foreign names for log lines: adds quotes, and escapes characters that could end or reverse the line.
 */
public final class Quoted {
    private Quoted() {}

    /**
     * Escapes control and format characters, line and paragraph separators, half surrogate pairs, quotes and
     * backslashes.
     */
    public static String of(String name) {
        StringBuilder line = new StringBuilder(name.length() + 2).append('"');
        name.codePoints().forEach(character -> append(line, character));
        return line.append('"').toString();
    }

    private static void append(StringBuilder line, int character) {
        switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> {
                for (char half : Character.toChars(character)) {
                    line.append(String.format("\\u%04x", (int) half));
                }
            }
            default -> {
                if (character == '"' || character == '\\') {
                    line.append('\\');
                }
                line.appendCodePoint(character);
            }
        }
    }
}
