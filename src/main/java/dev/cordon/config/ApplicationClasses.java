package dev.cordon.config;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.util.Set;

/**
 * A loader of all the application's classes at its start. After SIGTERM the server still answers while the node drains,
 * but finds no file of the application any more. The first request of its kind would then be answered 500.
 */
final class ApplicationClasses {
    private static final System.Logger LOG = System.getLogger(ApplicationClasses.class.getName());
    private static final String PLACE = "/WEB-INF/classes/";
    private static final String ENDING = ".class";

    private ApplicationClasses() {}

    static void load(ServletContext application) {
        load(application, PLACE);
    }

    private static void load(ServletContext application, String folder) {
        Set<String> paths = application.getResourcePaths(folder);
        if (paths == null) {
            return;
        }
        for (String path : paths) {
            if (path.endsWith("/")) {
                load(application, path);
            } else if (path.endsWith(ENDING)) {
                String name = path.substring(PLACE.length(), path.length() - ENDING.length());
                load(name.replace('/', '.'), application.getClassLoader());
            }
        }
    }

    private static void load(String name, ClassLoader loader) {
        try {
            Class<?> unused = Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            LOG.log(Level.DEBUG, "Not needed on this server: {0} ({1})", name, e);
        }
    }
}
