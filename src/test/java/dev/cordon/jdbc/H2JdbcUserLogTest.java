package dev.cordon.jdbc;

class H2JdbcUserLogTest extends JdbcUserLogContract {
    @Override
    TestDatabase databases() {
        return TestDatabase.h2();
    }
}
