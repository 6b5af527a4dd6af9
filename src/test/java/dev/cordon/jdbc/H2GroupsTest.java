package dev.cordon.jdbc;

class H2GroupsTest extends DatabaseGroupsContract {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }
}
