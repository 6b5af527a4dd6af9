-- PostgreSQL only. The rules of a publish by SQL, as the settings of the nodes are: a node writes them at its start and when they change. used says
-- whether an application has ever published by SQL: a node without others listens from then on.
CREATE TABLE cordon_rules (
    one SMALLINT PRIMARY KEY CHECK (one = 1),
    max_kept BIGINT NOT NULL,
    max_bytes BIGINT NOT NULL,
    max_payload BIGINT NOT NULL,
    key_window BIGINT NOT NULL,
    used BOOLEAN NOT NULL
);

INSERT INTO cordon_rules (one, max_kept, max_bytes, max_payload, key_window, used) VALUES (1, 256, 1048576, 65536, 300000, FALSE);

-- What a transaction has published and not appended yet. It removes its rows itself before it commits, so no row is ever committed: no transaction
-- sees another's rows, and a crash loses none that counts.
CREATE UNLOGGED TABLE cordon_uncommitted (
    xact XID8 NOT NULL,
    place BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    payload BYTEA NOT NULL,
    key_hash TEXT,
    PRIMARY KEY (xact, place)
);

-- Which sessions hold locks of channels for over a second and wait for nobody, in one line; 'unknown' when none is seen.
CREATE FUNCTION cordon_holders() RETURNS TEXT
LANGUAGE sql
AS $$
    SELECT COALESCE(string_agg(DISTINCT 'process ' || COALESCE(l.pid::TEXT, 'none: a prepared transaction')
                || COALESCE(' of ' || a.usename || ' (' || NULLIF(a.application_name, '') || ')', ' of ' || a.usename, ''), ', '), 'unknown')
    FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.relation = 'cordon_channel'::regclass AND l.granted AND l.mode <> 'AccessShareLock'
        AND NOT EXISTS (SELECT 1 FROM pg_locks w WHERE w.pid = l.pid AND NOT w.granted)
        AND l.pid IS DISTINCT FROM pg_backend_pid() AND COALESCE(a.xact_start < clock_timestamp() - INTERVAL '1 second', TRUE)
$$;

-- Why a text is no payload, NULL if it is one: JSON, nested 31 deep at most (32 with the braces of a command), no name twice in an object, no number of
-- over 1,000 digits. PostgreSQL reads neither \u0000 nor half a surrogate pair, so they are no payload here.
-- A text that is too short for any fault beyond the grammar is not looked through.
CREATE FUNCTION cordon_json_fault(p_data TEXT) RETURNS TEXT
LANGUAGE plpgsql IMMUTABLE
SET jit = off
SET plan_cache_mode = force_generic_plan
SET standard_conforming_strings = on
AS $$
DECLARE
    fault TEXT;
    parsed JSON;
BEGIN
    parsed := p_data::JSON;
    IF strpos(p_data, '\u') > 0 THEN
        BEGIN
            PERFORM p_data::JSONB;
        EXCEPTION
            WHEN numeric_value_out_of_range THEN
                NULL;
            WHEN data_exception THEN
                RETURN 'data has \u0000 or half a surrogate pair';
        END;
    END IF;
    IF length(p_data) <= 1000 AND length(p_data) - length(replace(p_data, ':', '')) < 2
            AND length(p_data) - length(translate(p_data, '[{', '')) <= 31 THEN
        RETURN NULL;
    END IF;
    WITH RECURSIVE v(value, type, depth) AS (
        SELECT parsed, json_typeof(parsed), 1
        UNION ALL
        SELECT c.value, json_typeof(c.value), v.depth + 1
        FROM v, LATERAL (
            SELECT e.value FROM json_each(CASE v.type WHEN 'object' THEN v.value ELSE '{}' END) e
            UNION ALL
            SELECT a.value FROM json_array_elements(CASE v.type WHEN 'array' THEN v.value ELSE '[]' END) a) c
        WHERE v.depth <= 31 AND v.type IN ('object', 'array')
    )
    SELECT CASE
            WHEN bool_or(v.depth > 31 AND v.type IN ('object', 'array')) THEN 'data is nested more than 31 deep'
            WHEN bool_or(v.type = 'object' AND EXISTS (
                SELECT 1 FROM json_object_keys(CASE v.type WHEN 'object' THEN v.value ELSE '{}' END) k GROUP BY k HAVING count(*) > 1))
                THEN 'data names a field twice'
            WHEN bool_or(v.type = 'number' AND length(regexp_replace(v.value::TEXT, '[^0-9]', '', 'g')) > 1000)
                THEN 'data has a number of more than 1000 digits'
        END
        INTO fault FROM v;
    RETURN fault;
EXCEPTION
    WHEN data_exception THEN
        RETURN 'data is not valid JSON';
    WHEN statement_too_complex THEN
        RETURN 'data is nested more than 31 deep';
END
$$;

-- Publishes with the transaction that calls it: if that commits, the message is appended at its end, by the trigger below. Rejects at once what no
-- log takes. For roles that may do nothing else (docs/transactions.md).
CREATE FUNCTION cordon_publish(channel TEXT, data TEXT, idempotency_key TEXT DEFAULT NULL) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER
SET standard_conforming_strings = on
AS $$
#variable_conflict use_variable
DECLARE
    hash CONSTANT INT = strpos(channel, '#');
    topic CONSTANT TEXT = left(channel, GREATEST(hash - 1, 0));
    owner CONSTANT TEXT = substr(channel, hash + 1);
    payload CONSTANT TEXT = btrim(data, E' \t\n\r');
    most BIGINT;
    fault TEXT;
BEGIN
    fault := CASE
        WHEN channel IS NULL THEN 'channel is missing'
        WHEN hash = 0 THEN 'channel has no owner: it must be #user or topic#user'
        WHEN topic !~ '^[A-Za-z0-9_.:-]{0,64}\Z' COLLATE "C" THEN 'topic is not [A-Za-z0-9_.:-]{0,64}'
        WHEN owner = '' THEN 'user is empty'
        WHEN octet_length(owner) > 256 THEN 'user is longer than 256 bytes'
        WHEN owner ~ '[\u0001-\u001f\u007f-\u009f]' COLLATE "C" THEN 'user has a control character'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'cordon_publish: %', fault USING ERRCODE = 'WS001';
    ELSIF topic = 'console' THEN
        RAISE EXCEPTION 'cordon_publish: the topic console is reserved: only the node publishes there, and no log keeps its messages'
            USING ERRCODE = 'WS002';
    ELSIF payload IS NULL THEN
        RAISE EXCEPTION 'cordon_publish: data is missing' USING ERRCODE = 'WS003';
    ELSIF octet_length(idempotency_key) > 128 THEN
        RAISE EXCEPTION 'cordon_publish: idempotency_key is longer than 128 bytes' USING ERRCODE = 'WS005';
    END IF;
    SELECT r.max_payload INTO STRICT most FROM cordon_rules r;
    IF octet_length(payload) > most THEN
        RAISE EXCEPTION 'cordon_publish: data has % bytes, more than cordon.message.max-bytes allows (%)', octet_length(payload), most
            USING ERRCODE = 'WS004';
    END IF;
    fault := cordon_json_fault(payload);
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'cordon_publish: %', fault USING ERRCODE = 'WS003';
    END IF;
    -- Line breaks separate messages on the wire; in JSON they stand between tokens only. A key is kept as the nodes keep it.
    INSERT INTO cordon_uncommitted (xact, name, owner, payload, key_hash) VALUES (
        pg_current_xact_id(), channel, owner, convert_to(translate(payload, E'\n\r', '  '), 'UTF8'),
        rtrim(translate(encode(sha256(convert_to(NULLIF(idempotency_key, ''), 'UTF8')), 'base64'), '+/', '-_'), '='));
END
$$;

-- Appends all that the transaction has published, when it commits: under the same locks as the nodes, in order of name, held for the commit only. The
-- first row does it for all. Then wakes the nodes: a notification is sent if and only if the transaction commits.
CREATE FUNCTION cordon_commit() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
SET standard_conforming_strings = on
AS $$
DECLARE
    rules cordon_rules;
    names TEXT[];
    owners TEXT[];
    at INT[];
    payloads BYTEA[];
    keys TEXT[];
    held BOOLEAN;
    until CONSTANT TIMESTAMPTZ = clock_timestamp() + INTERVAL '1.5 seconds';
    now CONSTANT BIGINT = 1000 * EXTRACT(EPOCH FROM clock_timestamp());
BEGIN
    PERFORM 1 FROM cordon_uncommitted u WHERE u.xact = NEW.xact AND u.place = NEW.place;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    WITH mine AS (
        DELETE FROM cordon_uncommitted u WHERE u.xact = NEW.xact RETURNING u.place, u.name, u.owner, u.payload, u.key_hash
    ), n AS (
        SELECT m.*, dense_rank() OVER (ORDER BY m.name COLLATE "C")::INT AS at FROM mine m
    ), c AS (
        SELECT DISTINCT n.at, n.name, n.owner FROM n
    )
    SELECT array_agg(n.at ORDER BY n.place), array_agg(n.payload ORDER BY n.place), array_agg(n.key_hash ORDER BY n.place),
            (SELECT array_agg(c.name ORDER BY c.at) FROM c), (SELECT array_agg(c.owner ORDER BY c.at) FROM c)
        INTO at, payloads, keys, names, owners FROM n;
    IF cardinality(at) > 10000 OR pg_column_size(payloads) > 67108864 THEN
        RAISE EXCEPTION 'cordon_publish: the transaction has more than 10000 messages or 64 MiB: publish in smaller ones'
            USING ERRCODE = 'WS006';
    END IF;
    SELECT r.* INTO STRICT rules FROM cordon_rules r;
    LOOP
        BEGIN
            SELECT bool_or(a.state = 2) INTO held FROM cordon_append(
                TRUE, now, now - rules.key_window, rules.max_kept, rules.max_bytes, names, owners, at, payloads, keys) a;
        EXCEPTION WHEN lock_not_available THEN
            held := NULL;
        END;
        EXIT WHEN NOT held;
        -- Another transaction may take a channel between two looks, when the channel is new.
        IF held IS NULL OR clock_timestamp() > until THEN
            RAISE EXCEPTION 'cordon_publish: a channel is locked by another session: %; nothing was committed, repeat the transaction',
                cordon_holders() USING ERRCODE = 'lock_not_available';
        END IF;
    END LOOP;
    IF NOT rules.used THEN
        UPDATE cordon_rules r SET used = TRUE WHERE r.one = (SELECT f.one FROM cordon_rules f FOR UPDATE SKIP LOCKED);
    END IF;
    -- As DatabaseWakeup does: hashes of users, or a star for all.
    PERFORM pg_notify('cordon_wakeup', '1:sql:' || CASE WHEN w.count > 4 * 960 THEN '*' ELSE w.hashes END) FROM (
        SELECT min(o.count) AS count, string_agg(translate(encode(substr(sha256(
                convert_to(l.secret, 'UTF8') || '\x00'::BYTEA || convert_to(o.owner, 'UTF8')), 1, 6), 'base64'), '+/', '-_'), '') AS hashes
        FROM (SELECT d.owner, count(*) OVER () AS count, row_number() OVER () AS nth FROM (SELECT DISTINCT unnest(owners) AS owner) d) o,
            cordon_log l
        GROUP BY (o.nth - 1) / 960) w;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER cordon_commit AFTER INSERT ON cordon_uncommitted
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cordon_commit();

ALTER TABLE cordon_uncommitted ENABLE ALWAYS TRIGGER cordon_commit;

-- Only who is granted it may publish. The functions see the schema of the log, whatever the caller's search_path is, and no temporary objects.
-- The text of a function is read by the rules of the session that calls it, so these set their own.
REVOKE ALL ON FUNCTION cordon_publish(TEXT, TEXT, TEXT), cordon_commit(), cordon_json_fault(TEXT), cordon_holders() FROM PUBLIC;

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION cordon_publish(TEXT, TEXT, TEXT) SET search_path = pg_catalog, %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION cordon_commit() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END
$$;

-- enable_seqscan = off adds so much to the cost of a plan that reads a small table whole that PostgreSQL compiles it (jit): a third of a second where
-- the plan itself takes a millisecond.
ALTER FUNCTION cordon_append(BOOLEAN, BIGINT, BIGINT, BIGINT, BIGINT, TEXT[], TEXT[], INT[], BYTEA[], TEXT[]) SET jit = off;

ALTER FUNCTION cordon_after(TEXT[], BIGINT[], BIGINT) SET jit = off;

ALTER FUNCTION cordon_claim(BIGINT, INT, DOUBLE PRECISION, TEXT[], TEXT[], TEXT[], TEXT[], DOUBLE PRECISION[]) SET jit = off;
