-- PostgreSQL only. The nodes that share this log. Times are the database's, so that the clocks of the nodes do not matter.
CREATE TABLE cordon_node (
    id VARCHAR(64) PRIMARY KEY,
    version VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    beat_at TIMESTAMPTZ NOT NULL
);

-- For each of several channels its top, and its publications after a position that are not too old. A channel that the log does not know has no row.
-- By index even while the statistics say that the tables are small, as in cordon_append.
CREATE FUNCTION cordon_after(p_names TEXT[], p_since BIGINT[], p_older_than BIGINT)
RETURNS TABLE (place INT, epoch TEXT, top BIGINT, seq BIGINT, payload BYTEA)
LANGUAGE sql STABLE
SET enable_seqscan = off
AS $$
    SELECT w.ord::INT, c.epoch::TEXT, c.top_seq, p.seq, p.payload
    FROM unnest(p_names, p_since) WITH ORDINALITY AS w(name, since, ord)
    JOIN cordon_channel c ON c.name = w.name
    LEFT JOIN cordon_publication p ON p.channel_id = c.id AND p.seq > w.since AND p.published_at > p_older_than
    ORDER BY w.ord, p.seq
$$;
