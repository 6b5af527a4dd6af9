package dev.cordon.jdbc;

class H2RestoredBackupTest extends RestoredBackupContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.h2();
    }
}
