-- PostgreSQL only. Every append rewrites its channel's row: room in its page keeps it there.
ALTER TABLE cordon_channel SET (fillfactor = 50);

-- Goes through a channel's oldest publications until they make room for so many bytes. up_to is the last of them; rest is what is missing when all
-- are gone, 0 or less when nothing is. The cursor has them read one by one, and planned for the first: a loop over a query would read all.
CREATE FUNCTION cordon_oldest(p_channel BIGINT, p_before BIGINT, p_bytes BIGINT, OUT up_to BIGINT, OUT rest BIGINT)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    all_of_them CURSOR FOR
        SELECT p.seq, octet_length(p.payload) AS size FROM cordon_publication p
        WHERE p.channel_id = p_channel AND p.seq > p_before ORDER BY p.seq;
BEGIN
    up_to := 0;
    rest := p_bytes;
    FOR oldest IN all_of_them LOOP
        EXIT WHEN rest <= 0;
        up_to := oldest.seq;
        rest := rest - oldest.size;
    END LOOP;
END
$$;

-- Appends all or none, in one round trip: locks the channels' rows in order of name, finds repeated keys, gives offsets, inserts, and drops what is
-- beyond a channel's count and bytes. The channels' names must come in order and once each; p_at says for each append which of them it goes to.
-- Returns a row for each append (state 0: new; 1: its key came before, seq is where), one with what was evicted (state 3: id publications, seq bytes),
-- or, when another transaction holds some channels, nothing but these (state 2: place in p_names), and then nothing was appended. With p_wait it
-- waits for them in the order of those who wait, for 1.5 seconds.
-- Plans are made once a connection, and by index even while the statistics say that the tables are small: else both are half of the time of a group
-- of eight.
CREATE FUNCTION cordon_append(
    p_wait BOOLEAN, p_now BIGINT, p_keys_since BIGINT, p_max_kept BIGINT, p_max_bytes BIGINT,
    p_names TEXT[], p_owners TEXT[], p_at INT[], p_payloads BYTEA[], p_keys TEXT[])
RETURNS TABLE (place INT, id BIGINT, seq BIGINT, epoch TEXT, state INT)
LANGUAGE plpgsql
SET lock_timeout = '250ms'
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    locked INT[];
    ids BIGINT[];
    tops BIGINT[];
    kepts BIGINT[];
    lasts BIGINT[];
    epochs TEXT[];
    brimful BOOLEAN; -- whether a channel may go beyond its bytes: more is reckoned with than comes
    began CONSTANT TIMESTAMPTZ = clock_timestamp();
BEGIN
    IF p_wait THEN
        -- lock_timeout is for each lock; the 1.5 seconds are for all together.
        FOR i IN 1 .. cardinality(p_names) LOOP
            PERFORM set_config('lock_timeout', GREATEST(1, CEIL(1500 - 1000 * EXTRACT(EPOCH FROM clock_timestamp() - began)))::INT || 'ms', true);
            PERFORM 1 FROM cordon_channel c WHERE c.name = p_names[i] FOR UPDATE;
        END LOOP;
    END IF;
    SELECT array_agg(l.ord), array_agg(l.id), array_agg(l.top_seq), array_agg(l.kept), array_agg(l.last_at), array_agg(l.epoch), bool_or(l.brimful)
        INTO locked, ids, tops, kepts, lasts, epochs, brimful FROM (
        SELECT n.ord::INT AS ord, c.id, c.top_seq, c.kept, c.last_at, c.epoch::TEXT AS epoch,
               c.bytes + pg_column_size(p_payloads) > p_max_bytes AS brimful
        FROM unnest(p_names) WITH ORDINALITY AS n(name, ord) JOIN cordon_channel c ON c.name = n.name
        ORDER BY n.ord FOR UPDATE OF c SKIP LOCKED) l;
    IF COALESCE(cardinality(locked), 0) < cardinality(p_names) THEN
        INSERT INTO cordon_channel (name, owner, epoch, base_seq, top_seq, kept, bytes, last_at)
            SELECT n.name, n.owner, '', -1, 0, 0, 0, 0
            FROM unnest(p_names, p_owners) WITH ORDINALITY AS n(name, owner, ord)
            WHERE NOT EXISTS (SELECT 1 FROM cordon_channel c WHERE c.name = n.name)
            ORDER BY n.ord
            ON CONFLICT (name) DO NOTHING;
        -- Read only now: whoever forgot the channel before has raised the generation in the same transaction. The same hash as in Lives.
        UPDATE cordon_channel c SET base_seq = 0, top_seq = 0, epoch = translate(encode(substr(sha256(convert_to(
                l.secret || '/' || l.epoch || '/' || l.generation || '/' || c.name, 'UTF8')), 1, 12), 'base64'), '+/', '-_')
            FROM cordon_log l WHERE c.name = ANY (p_names) AND c.base_seq = -1;
        SELECT array_agg(l.ord), array_agg(l.id), array_agg(l.top_seq), array_agg(l.kept), array_agg(l.last_at), array_agg(l.epoch), bool_or(l.brimful)
            INTO locked, ids, tops, kepts, lasts, epochs, brimful FROM (
            SELECT n.ord::INT AS ord, c.id, c.top_seq, c.kept, c.last_at, c.epoch::TEXT AS epoch,
                   c.bytes + pg_column_size(p_payloads) > p_max_bytes AS brimful
            FROM unnest(p_names) WITH ORDINALITY AS n(name, ord) JOIN cordon_channel c ON c.name = n.name
            ORDER BY n.ord FOR UPDATE OF c SKIP LOCKED) l;
        IF COALESCE(cardinality(locked), 0) < cardinality(p_names) THEN
            RETURN QUERY SELECT g::INT, 0::BIGINT, 0::BIGINT, NULL::TEXT, 2
                FROM generate_series(1, cardinality(p_names)) AS g WHERE locked IS NULL OR g <> ALL (locked);
            RETURN;
        END IF;
    END IF;
    -- The way of nearly all: nothing can be repeated, and nothing is dropped because of its size. No key is looked for, and what goes is known by offset.
    IF NOT brimful AND cardinality(p_at) <= p_max_kept AND cardinality(array_remove(p_keys, NULL)) = 0 THEN
        RETURN QUERY
        WITH f AS (
            SELECT u.i::INT AS i, u.at, u.payload, tops[u.at] + row_number() OVER (PARTITION BY u.at ORDER BY u.i) AS seq
            FROM unnest(p_at, p_payloads) WITH ORDINALITY AS u(at, payload, i)
        ), n AS (
            SELECT f.at, count(*) AS added, sum(octet_length(f.payload)) AS size FROM f GROUP BY f.at
        ), d AS (
            DELETE FROM cordon_publication p USING n
            WHERE kepts[n.at] + n.added > p_max_kept AND p.channel_id = ids[n.at]
                AND p.seq > tops[n.at] - kepts[n.at] AND p.seq <= tops[n.at] + n.added - p_max_kept
            RETURNING n.at, octet_length(p.payload) AS size
        ), g AS (
            SELECT d.at, count(*) AS publications, sum(d.size) AS bytes FROM d GROUP BY d.at
        ), inserted AS (
            INSERT INTO cordon_publication (channel_id, seq, published_at, payload)
            SELECT ids[f.at], f.seq, GREATEST(lasts[f.at], p_now), f.payload FROM f
        ), counted AS (
            UPDATE cordon_channel r
            SET top_seq = r.top_seq + n.added, kept = r.kept + n.added - COALESCE(g.publications, 0),
                bytes = r.bytes + n.size - COALESCE(g.bytes, 0), last_at = GREATEST(r.last_at, p_now),
                evicted = r.evicted
                    + GREATEST(0, r.top_seq + n.added - p_max_kept - GREATEST(r.acknowledged_seq, r.top_seq - r.kept))
            FROM n LEFT JOIN g ON g.at = n.at WHERE r.id = ids[n.at]
        )
        SELECT f.i, ids[f.at], f.seq, epochs[f.at], 0 FROM f
        UNION ALL
        SELECT 0, COALESCE(sum(g.publications), 0)::BIGINT, COALESCE(sum(g.bytes), 0)::BIGINT, NULL::TEXT, 3 FROM g;
        RETURN;
    END IF;
    RETURN QUERY
    WITH a AS (
        SELECT u.i::INT AS i, u.at, u.payload, u.key, octet_length(u.payload) AS size,
               row_number() OVER (PARTITION BY u.at, u.key ORDER BY u.i) AS nth
        FROM unnest(p_at, p_payloads, p_keys) WITH ORDINALITY AS u(at, payload, key, i)
    ), c AS (
        SELECT n.ord::INT AS at, r.id, r.epoch, r.top_seq, r.kept, r.bytes, r.last_at, r.acknowledged_seq
        FROM unnest(p_names) WITH ORDINALITY AS n(name, ord) JOIN cordon_channel r ON r.name = n.name
    ), k AS (
        SELECT a.i, q.seq
        FROM a JOIN c ON c.at = a.at
        JOIN cordon_key q ON q.channel_id = c.id AND q.key_hash = a.key AND q.made_at > p_keys_since
        WHERE a.key IS NOT NULL
    ), f AS (
        SELECT a.i, a.at, a.payload, a.key, a.size, c.id, GREATEST(c.last_at, p_now) AS published_at,
               c.top_seq + row_number() OVER (PARTITION BY a.at ORDER BY a.i) AS seq
        FROM a JOIN c ON c.at = a.at LEFT JOIN k ON k.i = a.i
        WHERE k.i IS NULL AND (a.key IS NULL OR a.nth = 1)
    ), n AS (
        SELECT f.at, count(*) AS added, sum(f.size) AS size FROM f GROUP BY f.at
    ), w AS (
        SELECT c.id, c.top_seq - c.kept AS before_first, c.top_seq + n.added AS top, c.kept + n.added AS kept,
               c.bytes + n.size AS bytes, c.acknowledged_seq
        FROM c JOIN n ON n.at = c.at
    ), o AS (
        SELECT w.id, w.top, x.up_to, x.rest
        FROM w, LATERAL cordon_oldest(w.id, w.before_first, w.bytes - p_max_bytes) x WHERE w.bytes > p_max_bytes
    ), s AS (
        -- Of what comes itself all but the newest may have to go.
        SELECT o.id, GREATEST(o.up_to, COALESCE(max(y.seq), 0)) AS seq
        FROM o LEFT JOIN (
            SELECT f.id, f.seq, sum(f.size) OVER (PARTITION BY f.id ORDER BY f.seq) - f.size AS before FROM f) y
            ON y.id = o.id AND y.before < o.rest AND y.seq < o.top
        GROUP BY o.id, o.up_to
    ), t AS (
        SELECT w.*, GREATEST(w.top - LEAST(w.kept, p_max_kept), COALESCE(s.seq, 0)) AS up_to
        FROM w LEFT JOIN s ON s.id = w.id
    ), d AS (
        DELETE FROM cordon_publication p USING t
        WHERE t.up_to > t.before_first AND p.channel_id = t.id AND p.seq > t.before_first AND p.seq <= t.up_to
        RETURNING p.channel_id, octet_length(p.payload) AS size
    ), g AS (
        SELECT e.id, count(*) AS publications, sum(e.size) AS bytes FROM (
            SELECT d.channel_id AS id, d.size FROM d
            UNION ALL
            SELECT f.id, f.size FROM f JOIN t ON t.id = f.id WHERE f.seq <= t.up_to) e
        GROUP BY e.id
    ), inserted AS (
        INSERT INTO cordon_publication (channel_id, seq, published_at, payload)
        SELECT f.id, f.seq, f.published_at, f.payload FROM f JOIN t ON t.id = f.id WHERE f.seq > t.up_to
    ), keyed AS (
        INSERT INTO cordon_key (channel_id, key_hash, seq, made_at)
        SELECT f.id, f.key, f.seq, p_now FROM f WHERE f.key IS NOT NULL
        ON CONFLICT (channel_id, key_hash) DO UPDATE SET seq = excluded.seq, made_at = excluded.made_at
    ), counted AS (
        UPDATE cordon_channel r
        SET top_seq = t.top, kept = t.kept - COALESCE(g.publications, 0), bytes = t.bytes - COALESCE(g.bytes, 0),
            last_at = GREATEST(r.last_at, p_now),
            evicted = r.evicted + GREATEST(0, t.up_to - GREATEST(t.acknowledged_seq, t.before_first))
        FROM t LEFT JOIN g ON g.id = t.id WHERE r.id = t.id
    )
    SELECT f.i, f.id, f.seq, c.epoch::TEXT, 0 FROM f JOIN c ON c.at = f.at
    UNION ALL
    SELECT a.i, c.id, COALESCE(k.seq, f.seq), c.epoch::TEXT, 1
    FROM a JOIN c ON c.at = a.at LEFT JOIN k ON k.i = a.i LEFT JOIN f ON f.at = a.at AND f.key = a.key
    WHERE k.i IS NOT NULL OR (a.key IS NOT NULL AND a.nth > 1)
    UNION ALL
    SELECT 0, COALESCE(sum(g.publications), 0)::BIGINT, COALESCE(sum(g.bytes), 0)::BIGINT, NULL::TEXT, 3 FROM g;
END
$$;
