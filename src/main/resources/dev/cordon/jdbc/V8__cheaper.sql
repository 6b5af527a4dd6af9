-- PostgreSQL only. The same answers as before, for less of the database's time: nodes of the version before may go on beside it.

-- As in V4. The publications of each channel are read in a step of their own, from the position on: planned together with the rest, PostgreSQL read all
-- that the channel keeps and threw away what lies before the position. The plan is made once a connection: a function in SQL is planned at each call.
CREATE OR REPLACE FUNCTION cordon_after(p_names TEXT[], p_since BIGINT[], p_older_than BIGINT)
RETURNS TABLE (place INT, epoch TEXT, top BIGINT, seq BIGINT, payload BYTEA)
LANGUAGE plpgsql STABLE
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT w.ord::INT, c.epoch::TEXT, c.top_seq, p.seq, p.payload
    FROM unnest(p_names, p_since) WITH ORDINALITY AS w(name, since, ord)
    JOIN cordon_channel c ON c.name = w.name
    LEFT JOIN LATERAL (
        SELECT q.seq, q.payload FROM cordon_publication q
        WHERE q.channel_id = c.id AND q.seq > w.since AND q.published_at > p_older_than
        -- OFFSET keeps the step on its own.
        ORDER BY q.seq OFFSET 0) p ON TRUE
    ORDER BY w.ord, p.seq;
END
$$;

-- Appends one publication as cordon_append does, with the same rows as its answer. Simple statements for one channel cost about half of those for any
-- number. What it does not know how to do goes to cordon_append: a new channel, one that another transaction holds, one that is full by its bytes.
CREATE FUNCTION cordon_append_one(
    p_now BIGINT, p_keys_since BIGINT, p_max_kept BIGINT, p_max_bytes BIGINT, p_name TEXT, p_owner TEXT, p_payload BYTEA, p_key TEXT)
RETURNS TABLE (place INT, id BIGINT, seq BIGINT, epoch TEXT, state INT)
LANGUAGE plpgsql
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    c RECORD;
    added CONSTANT BIGINT = octet_length(p_payload);
    gone BIGINT = 0;
    gone_bytes BIGINT = 0;
BEGIN
    SELECT r.id, r.epoch, r.top_seq, r.kept, r.bytes, GREATEST(r.last_at, p_now) AS at, r.acknowledged_seq, r.evicted INTO c
        FROM cordon_channel r WHERE r.name = p_name FOR UPDATE SKIP LOCKED;
    IF NOT FOUND OR c.bytes + added > p_max_bytes OR p_max_kept < 1 THEN
        RETURN QUERY SELECT a.place, a.id, a.seq, a.epoch, a.state FROM cordon_append(
            FALSE, p_now, p_keys_since, p_max_kept, p_max_bytes, ARRAY[p_name], ARRAY[p_owner], ARRAY[1], ARRAY[p_payload], ARRAY[p_key]) a;
        RETURN;
    END IF;
    place := 1;
    id := c.id;
    epoch := c.epoch;
    IF p_key IS NOT NULL THEN
        SELECT q.seq INTO seq FROM cordon_key q WHERE q.channel_id = c.id AND q.key_hash = p_key AND q.made_at > p_keys_since;
        IF FOUND THEN
            state := 1;
            RETURN NEXT;
            RETURN;
        END IF;
        INSERT INTO cordon_key (channel_id, key_hash, seq, made_at) VALUES (c.id, p_key, c.top_seq + 1, p_now)
            ON CONFLICT (channel_id, key_hash) DO UPDATE SET seq = excluded.seq, made_at = excluded.made_at;
    END IF;
    IF c.kept >= p_max_kept THEN
        WITH d AS (
            DELETE FROM cordon_publication p
            WHERE p.channel_id = c.id AND p.seq > c.top_seq - c.kept AND p.seq <= c.top_seq + 1 - p_max_kept
            RETURNING octet_length(p.payload) AS size)
        SELECT count(*), COALESCE(sum(d.size), 0) INTO gone, gone_bytes FROM d;
    END IF;
    INSERT INTO cordon_publication (channel_id, seq, published_at, payload) VALUES (c.id, c.top_seq + 1, c.at, p_payload);
    UPDATE cordon_channel r
        SET top_seq = c.top_seq + 1, kept = c.kept + 1 - gone, bytes = c.bytes + added - gone_bytes, last_at = c.at,
            evicted = c.evicted + GREATEST(0, c.top_seq + 1 - p_max_kept - GREATEST(c.acknowledged_seq, c.top_seq - c.kept))
        WHERE r.id = c.id;
    seq := c.top_seq + 1;
    state := 0;
    RETURN NEXT;
    IF gone > 0 THEN
        place := 0;
        id := gone;
        seq := gone_bytes;
        epoch := NULL;
        state := 3;
        RETURN NEXT;
    END IF;
END
$$;
