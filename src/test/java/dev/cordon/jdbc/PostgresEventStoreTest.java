package dev.cordon.jdbc;

class PostgresEventStoreTest extends EventStoreInDatabaseContract {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }
}
