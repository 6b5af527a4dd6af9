package dev.cordon.jdbc;

class PostgresGroupsTest extends DatabaseGroupsContract {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }
}
