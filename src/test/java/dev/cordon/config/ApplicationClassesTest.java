package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ApplicationClassesTest {
    private static final Map<String, Set<String>> FILES = Map.of(
            "/WEB-INF/classes/", Set.of("/WEB-INF/classes/a/", "/WEB-INF/classes/openapi.yaml"),
            "/WEB-INF/classes/a/", Set.of("/WEB-INF/classes/a/b/", "/WEB-INF/classes/a/One.class"),
            "/WEB-INF/classes/a/b/",
                    Set.of("/WEB-INF/classes/a/b/Two$Inner.class", "/WEB-INF/classes/a/b/Three.class"));

    private final List<String> loaded = new ArrayList<>();

    @Test
    @DisplayName(
            "L9: every class is loaded at the start, even after one fails to load, because at shutdown its file may be gone")
    void l9_loadsEveryClassEvenAfterAFailure() {
        ApplicationClasses.load(application());

        assertThat(loaded).containsExactlyInAnyOrder("a.One", "a.b.Two$Inner", "a.b.Three");
    }

    private ServletContext application() {
        ClassLoader loader = new ClassLoader() {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) {
                loaded.add(name);
                throw new NoClassDefFoundError(name);
            }
        };
        return (ServletContext) Proxy.newProxyInstance(
                ApplicationClassesTest.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (self, called, arguments) ->
                        called.getName().equals("getClassLoader") ? loader : FILES.get(String.valueOf(arguments[0])));
    }
}
