package dev.cordon.jdbc;

class PostgresMigratorTest extends MigratorContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.postgres();
    }
}
