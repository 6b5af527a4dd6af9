package dev.cordon.jdbc;

class H2EventStoreTest extends EventStoreInDatabaseContract {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }
}
