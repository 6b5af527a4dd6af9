package dev.cordon.jdbc;

class PostgresRestoredBackupTest extends RestoredBackupContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.postgres();
    }
}
