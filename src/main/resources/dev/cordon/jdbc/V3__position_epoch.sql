-- A position belongs to the epoch in which it was acknowledged: in another one, as after restoring a backup, it is none.
ALTER TABLE cordon_session ADD COLUMN epoch VARCHAR(64) DEFAULT '' NOT NULL;

UPDATE cordon_session SET epoch = (SELECT c.epoch FROM cordon_channel c WHERE c.id = cordon_session.channel_id)
    WHERE EXISTS (SELECT 1 FROM cordon_channel c WHERE c.id = cordon_session.channel_id);
