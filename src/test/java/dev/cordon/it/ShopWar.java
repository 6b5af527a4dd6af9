package dev.cordon.it;

import dev.cordon.jdbc.DocumentedShop;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** An application beside Cordon: the classes of docs/transactions.md, and a servlet that calls them. */
final class ShopWar {
    private static final String SERVLET = """
            import jakarta.enterprise.context.ApplicationScoped;
            import jakarta.inject.Inject;
            import jakarta.servlet.annotation.WebServlet;
            import jakarta.servlet.http.HttpServlet;
            import jakarta.servlet.http.HttpServletRequest;
            import jakarta.servlet.http.HttpServletResponse;
            import jakarta.transaction.Transactional;

            @WebServlet("/ship")
            public class Ship extends HttpServlet {
                @Inject
                private Orders orders;

                @Inject
                private Failing failing;

                @Override
                protected void doGet(HttpServletRequest request, HttpServletResponse response) {
                    long order = Long.parseLong(request.getParameter("order"));
                    try {
                        if (request.getParameter("fail") == null) {
                            orders.ship(order);
                        } else {
                            failing.ship(order);
                        }
                        response.setStatus(204);
                    } catch (Exception e) {
                        response.setStatus(409);
                    }
                }

                @ApplicationScoped
                public static class Failing {
                    @Inject
                    private Orders orders;

                    @Transactional
                    public void ship(long order) throws Exception {
                        orders.ship(order);
                        throw new IllegalStateException("as if the application failed behind the publish");
                    }
                }
            }
            """;

    private static final String WEB_XML = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <data-source>
                <name>java:app/jdbc/shop</name>
                <class-name>org.postgresql.ds.PGSimpleDataSource</class-name>
                <url>%s</url>
                <user>postgres</user>
                <password>postgres</password>
              </data-source>
            </web-app>
            """;

    private ShopWar() {}

    /**
     * Returns the WAR, which is alone in its folder.
     *
     * @param folder an empty one
     * @param url of the database with the tables of the log, which are in the schema {@code public}
     */
    static Path build(Path folder, String url) throws IOException {
        Path classes = DocumentedShop.compile(
                Files.createDirectories(folder.resolve("classes")),
                source -> source.replace("TransactionPublisher(shop)", "TransactionPublisher(shop, \"public\")"),
                SERVLET);
        Path war = Files.createDirectories(folder.resolve("war")).resolve("shop.war");
        try (FileSystem zip = FileSystems.newFileSystem(war, Map.of("create", "true"));
                Stream<Path> made = Files.list(classes)) {
            Path to = Files.createDirectories(zip.getPath("WEB-INF", "classes"));
            for (Path file :
                    made.filter(each -> each.toString().endsWith(".class")).toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
            Path lib = Files.createDirectories(zip.getPath("WEB-INF", "lib"));
            Files.copy(Path.of("target", "cordon-client.jar"), lib.resolve("cordon-client.jar"));
            Files.copy(driver(), lib.resolve("postgresql.jar"));
            Files.writeString(zip.getPath("WEB-INF", "web.xml"), WEB_XML.formatted(url));
        }
        return war;
    }

    private static Path driver() {
        try {
            URI jar = PGSimpleDataSource.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            return Path.of(jar);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
