package dev.cordon.jdbc;

class PostgresOutboxTest extends OutboxContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.postgres();
    }
}
