package dev.cordon.jdbc;

class PostgresJdbcUserLogTest extends JdbcUserLogContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.postgres();
    }
}
