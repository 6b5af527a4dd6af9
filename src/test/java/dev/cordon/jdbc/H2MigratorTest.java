package dev.cordon.jdbc;

class H2MigratorTest extends MigratorContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.h2();
    }
}
