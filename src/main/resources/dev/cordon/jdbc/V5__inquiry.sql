-- PostgreSQL only. Questions that one node asks and others answer. They live for seconds, so that they need not outlive a crash of the database:
-- unlogged tables write no WAL, and their transactions do not wait for the disk.
CREATE UNLOGGED TABLE cordon_question (
    id VARCHAR(64) PRIMARY KEY,
    version INTEGER NOT NULL,
    asker VARCHAR(64) NOT NULL,
    target VARCHAR(64),
    kind VARCHAR(32) NOT NULL,
    body TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX cordon_question_asked ON cordon_question (asked_at);

CREATE UNLOGGED TABLE cordon_answer (
    question VARCHAR(64) NOT NULL,
    node VARCHAR(64) NOT NULL,
    refused BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    answered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (question, node)
);

CREATE INDEX cordon_answer_answered ON cordon_answer (answered_at);

-- What a node is, for people, and what it bears.
ALTER TABLE cordon_node ADD COLUMN address VARCHAR(300) NOT NULL DEFAULT '';
ALTER TABLE cordon_node ADD COLUMN users BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cordon_node ADD COLUMN connections BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cordon_node ADD COLUMN heap_used BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cordon_node ADD COLUMN heap_max BIGINT NOT NULL DEFAULT 0;
