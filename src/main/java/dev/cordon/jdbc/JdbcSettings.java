package dev.cordon.jdbc;

import java.util.Optional;

/**
 * The settings for the connection to the database.
 *
 * @param dataSource {@code cordon.jdbc.data-source}: JNDI name of a data source of the container; ignored if there is a
 *     URL
 * @param url {@code cordon.jdbc.url}; empty for the data source
 * @param user {@code cordon.jdbc.user}
 * @param password {@code cordon.jdbc.password}
 */
public record JdbcSettings(String dataSource, Optional<String> url, Optional<String> user, Optional<String> password) {
    /** The data source that the commands of docs/database.md create. */
    public static final String DEFAULT_DATA_SOURCE = "jdbc/cordon";

    /** Shows neither the password nor the URL, which may contain one. */
    @Override
    public String toString() {
        return url.isPresent() ? "JdbcSettings[url]" : "JdbcSettings[" + dataSource + "]";
    }

    /** @throws JdbcSettingException if there is no such data source or driver */
    Connections connections() {
        return url.isPresent()
                ? UrlConnections.to(url.get(), user, password)
                : DataSourceConnections.lookedUp(dataSource);
    }
}
