package dev.cordon.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * One change that PIT made to the code.
 *
 * @param className top-level class without its package's {@code dev.cordon.}, such as {@code manager.Connection}
 * @param method where a lambda has its method's name
 * @param mutator PIT's class without its package
 * @param killed a test failed, or did not end
 * @param timedOut no test failed, but one did not end in time: beside other work that may happen to any
 */
record Mutant(
        String className,
        String method,
        String mutator,
        String description,
        int line,
        boolean killed,
        boolean timedOut) {
    private static final String ROOT = "dev.cordon.";

    /** @param reports PIT's {@code mutations.xml}, or a folder with a {@link KeptReport} for each package */
    static List<Mutant> readAll(Path reports) throws IOException {
        if (!Files.isDirectory(reports)) {
            return read(reports);
        }
        List<Mutant> mutants = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "*.txt")) {
            for (Path file : files) {
                mutants.addAll(KeptReport.read(file));
            }
        }
        return mutants;
    }

    private static List<Mutant> read(Path report) throws IOException {
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader xml = XMLInputFactory.newFactory().createXMLStreamReader(in);
            List<Mutant> mutants = new ArrayList<>();
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT
                        && xml.getLocalName().equals("mutation")) {
                    mutants.add(mutant(xml));
                }
            }
            return mutants;
        } catch (XMLStreamException e) {
            throw new IOException("cannot read " + report, e);
        }
    }

    private static Mutant mutant(XMLStreamReader xml) throws XMLStreamException {
        boolean killed = Boolean.parseBoolean(xml.getAttributeValue(null, "detected"));
        boolean timedOut = "TIMED_OUT".equals(xml.getAttributeValue(null, "status"));
        String className = "";
        String method = "";
        String mutator = "";
        String description = "";
        int line = 0;
        while (xml.next() != XMLStreamConstants.END_ELEMENT
                || !xml.getLocalName().equals("mutation")) {
            @Nullable String element = xml.isStartElement() ? xml.getLocalName() : null;
            if (element != null) {
                switch (element) {
                    case "mutatedClass" -> className = topLevel(xml.getElementText());
                    case "mutatedMethod" -> method = enclosing(xml.getElementText());
                    case "mutator" -> mutator = xml.getElementText().replaceAll(".*\\.", "");
                    case "description" -> description = xml.getElementText();
                    case "lineNumber" -> line = Integer.parseInt(xml.getElementText());
                    default -> {
                        // Of no use here.
                    }
                }
            }
        }
        return new Mutant(className, method, mutator, description, line, killed, timedOut);
    }

    private static String topLevel(String binaryName) {
        String name = binaryName.startsWith(ROOT) ? binaryName.substring(ROOT.length()) : binaryName;
        return name.replaceAll("\\$.*", "");
    }

    private static String enclosing(String method) {
        return method.replaceAll("^lambda\\$(.*)\\$\\d+$", "$1");
    }
}
