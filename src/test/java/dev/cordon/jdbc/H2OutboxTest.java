package dev.cordon.jdbc;

class H2OutboxTest extends OutboxContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.h2();
    }
}
