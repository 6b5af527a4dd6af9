-- Groups of users (ADR 0038). members: the number of rows of the group in cordon_group_member. A group without members has no row. Whoever changes a
-- group locks its row first.
CREATE TABLE cordon_group (
    name VARCHAR(128) PRIMARY KEY,
    members INTEGER NOT NULL
);

CREATE TABLE cordon_group_member (
    group_name VARCHAR(128) NOT NULL,
    owner VARCHAR(300) NOT NULL,
    PRIMARY KEY (group_name, owner)
);

-- The number of groups. Changes with a group's first and last member, behind the lock of the group.
CREATE TABLE cordon_group_count (
    one SMALLINT PRIMARY KEY CHECK (one = 1),
    total BIGINT NOT NULL
);

INSERT INTO cordon_group_count (one, total) VALUES (1, 0);
