package dev.cordon.kpi;

import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.Consumer;

/** A listener that writes one line to the server's log when an alert begins and one when it ends. */
public final class AlertLog implements Consumer<AlertEvent> {
    private static final System.Logger LOG = System.getLogger(AlertLog.class.getName());

    @Override
    public void accept(AlertEvent event) {
        LOG.log(event.firing() ? Level.WARNING : Level.INFO, line(event));
    }

    /** The line for the log. */
    public static String line(AlertEvent of) {
        String figures = of.kpi() + " is " + number(of.value()) + ", threshold " + number(of.limit()) + " " + of.unit();
        return of.firing()
                ? "ALERT " + figures + ". " + of.meaning() + " What to do: " + of.action()
                : "RESOLVED " + figures + ".";
    }

    /** Decimal notation without an exponent, four significant digits. */
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
