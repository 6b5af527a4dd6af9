package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PostgresMigratorTest extends MigratorContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.postgres();
    }

    @Test
    @DisplayName(
            "no function whose plans look dear, because they go by index, is compiled: that takes a third of a second")
    void compilesNoPlanThatOnlyLooksDear() throws SQLException {
        try (TestDatabase database = databases()) {
            String url = database.fresh();
            database.open(url, () -> TestCluster.RETENTION, Clock.systemUTC());
            List<String> settings = new ArrayList<>();
            try (Connection connection = TestDatabase.connect(url);
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("SELECT p.proname || ' ' || array_to_string(p.proconfig, ' ')"
                                    + " FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
                                    + " AND 'enable_seqscan=off' = ANY (p.proconfig)")) {
                while (row.next()) {
                    settings.add(row.getString(1));
                }
            }
            assertThat(settings).hasSize(5).allSatisfy(of -> assertThat(of).contains("jit=off"));
        }
    }
}
