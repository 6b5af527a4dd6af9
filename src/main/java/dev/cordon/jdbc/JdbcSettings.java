package dev.cordon.jdbc;

import java.util.Optional;

/**
 * Where the database is.
 *
 * @param dataSource {@code cordon.jdbc.data-source}: JNDI name of a data source of the container's; not looked at when there is a URL
 * @param url {@code cordon.jdbc.url}; empty for the data source
 * @param user {@code cordon.jdbc.user}
 * @param password {@code cordon.jdbc.password}
 */
public record JdbcSettings(String dataSource, Optional<String> url, Optional<String> user, Optional<String> password) {
    /** Where the commands of docs/database.md put it. */
    public static final String DEFAULT_DATA_SOURCE = "jdbc/cordon";

    /** Never the password, nor the URL, which may hold one. */
    @Override
    public String toString() {
        return url.isPresent() ? "JdbcSettings[url]" : "JdbcSettings[" + dataSource + "]";
    }

    /** @throws JdbcSettingException when there is no such data source or driver */
    Connections connections() {
        return url.isPresent()
                ? UrlConnections.to(url.get(), user, password)
                : DataSourceConnections.lookedUp(dataSource);
    }
}
