package dev.cordon.outbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A table of rows that are to be published, in the order of their ids. */
public interface OutboxTable extends AutoCloseable {
    /** Returned by {@link #take} when another transaction holds rows, such as another node's. */
    int BUSY = -1;

    /**
     * A committed row. Texts are as the application has written them.
     *
     * @param created when the row was inserted, as the database writes it. An id may come again, in a table that was made
     *     anew: with this it names one row
     * @param data empty if it is longer than was asked for
     */
    record Row(long id, String created, String channel, Optional<String> data, Optional<String> key) {}

    /**
     * What became of rows. Rows in neither stay.
     *
     * @param published ids of rows that are removed
     * @param rejected reasons by ids of rows that are set aside
     */
    record Outcome(List<Long> published, Map<Long, String> rejected) {}

    /**
     * Takes rows, has them published, and removes them, in one transaction. Another node waits meanwhile. If the
     * transaction fails behind the publishing, the rows are taken again.
     *
     * @param after takes rows with larger ids only
     * @param most most rows
     * @param mostCharacters longest data that is read
     * @param publish must return within a few seconds; what it throws is thrown on, and the rows stay
     * @return how many rows were taken, or {@link #BUSY}
     * @throws OutboxException if the database cannot be used
     */
    int take(long after, int most, int mostCharacters, Function<List<Row>, Outcome> publish);

    /** Ends the connections. */
    @Override
    void close();
}
