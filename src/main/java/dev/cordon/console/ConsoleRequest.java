package dev.cordon.console;

import java.util.Optional;

/**
 * A request to the console.
 *
 * @param verb of HTTP
 * @param path behind {@code /console/api/}
 * @param user the parameter of that name
 * @param body empty for a GET
 */
record ConsoleRequest(String verb, String path, Optional<String> authorization, Optional<String> user, String body) {
    /** This request with its body. */
    ConsoleRequest with(String received) {
        return new ConsoleRequest(verb, path, authorization, user, received);
    }
}
