-- A position belongs to the epoch in which it was acknowledged: in another one, as after restoring a backup, it is none.
ALTER TABLE cordon_session ADD COLUMN epoch VARCHAR(64) DEFAULT '' NOT NULL;

UPDATE cordon_session SET epoch = (SELECT c.epoch FROM cordon_channel c WHERE c.id = cordon_session.channel_id)
    WHERE EXISTS (SELECT 1 FROM cordon_channel c WHERE c.id = cordon_session.channel_id);

-- New channels start at 1 in an epoch of their own, a hash of the secret (which the program draws), the log's epoch, the generation and the
-- name. The generation rises when a channel that had publications is forgotten: its successor has another epoch. floor_seq is of those from
-- before.
ALTER TABLE cordon_log ADD COLUMN secret VARCHAR(64) DEFAULT '' NOT NULL;

ALTER TABLE cordon_log ADD COLUMN generation BIGINT DEFAULT 0 NOT NULL;

-- When a reader gave the last sign, milliseconds since 1970. A channel without publications is known for a while after it.
ALTER TABLE cordon_channel ADD COLUMN heard_at BIGINT DEFAULT 0 NOT NULL;
