package dev.cordon.kpi;

import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.Consumer;

/** One line in the server's log for each alert that begins and each that ends. */
public final class AlertLog implements Consumer<AlertEvent> {
    private static final System.Logger LOG = System.getLogger(AlertLog.class.getName());

    @Override
    public void accept(AlertEvent event) {
        LOG.log(event.firing() ? Level.WARNING : Level.INFO, line(event));
    }

    /** The line that stands in the log. */
    public static String line(AlertEvent of) {
        String figures = of.kpi() + " is " + number(of.value()) + ", threshold " + number(of.limit()) + " " + of.unit();
        return of.firing()
                ? "ALERT " + figures + ". " + of.meaning() + " What to do: " + of.action()
                : "RESOLVED " + figures + ".";
    }

    /** As people write it: no exponent, four digits that count. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "not known" : "off";
        }
        return BigDecimal.valueOf(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }
}
